import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allCalls } from '../../src/runtime/executive.js';
import { Runtime } from '../../src/runtime/version.js';

const DOCS = new URL('../../../../docs/localnet.md', import.meta.url);

it('docs/localnet.md lists exactly the calls that are declared but not run', () => {
  const runtime = new Runtime({ specVersion: 425, callIndexOffset: 0 }, { blockMs: 1000 });
  const calls = allCalls();
  const idle = runtime.pallets.flatMap((pallet) =>
    (pallet.calls ?? []).filter((call) => !calls.runs(call)).map((call) => `${pallet.name}.${call.name}`),
  );
  const [, section = ''] = readFileSync(DOCS, 'utf8').split('<!-- declared but not run -->');
  const listed = [...section.matchAll(/`([A-Za-z]+)`: ([^\n]+)/g)].flatMap(([, pallet, names = '']) =>
    [...names.matchAll(/`([a-z0-9_]+)`/g)].map(([, name]) => `${pallet}.${name}`),
  );
  expect(listed.sort()).toEqual(idle.sort());
});
