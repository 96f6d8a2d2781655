import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Metadata, TypeRegistry } from '@polkadot/types';
import { u8aToHex } from '@polkadot/util';
import { beforeAll, describe, expect, it } from 'vitest';
import { Runtime as LocalnetRuntime } from '../../../localnet/src/runtime/version.js';
import { Runtime } from '../../src/runtime/index.js';
import { finneyMetadata, finneyRuntime } from '../support/finney.js';
import { sampleOf } from '../support/sampleValues.js';

/** Newer than the main network's metadata that is kept here; see docs/localnet.md. */
const NEWER = new Set(['SubnetEpochConsensus']);
const repositoryRoot = fileURLToPath(new URL('../../../..', import.meta.url));
/** What may call the chain. */
const SOURCES = ['packages/chain/src', 'apps/cli/src', 'apps/validator/src', 'apps/miner/src'];

const version = { specVersion: 425, callIndexOffset: 0 };
const bytes = new LocalnetRuntime(version, { blockMs: 12_000 }).metadataOf(15);

function parsed(metadata: Uint8Array): Metadata['asLatest'] {
  const registry = new TypeRegistry();
  const whole = new Metadata(registry, u8aToHex(metadata));
  registry.setMetadata(whole, undefined, undefined, true);
  return whole.asLatest;
}

interface Named {
  readonly pallet: string;
  readonly name: string;
}

/** Names in single quotes in our sources: pallets, calls, storage items and runtime methods are all written so. */
function namesInSources(): Set<string> {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(repositoryRoot, folder, file), 'utf8')),
  );
  return new Set(files.flatMap((text) => [...text.matchAll(/'([A-Za-z0-9_]+)'/g)].map(([, name = '']) => name)));
}

describe('what our client sends, under the metadata of our localnet and of the main network', () => {
  const localnet = Runtime.decode(bytes, { specName: 'node-subtensor', specVersion: 425, transactionVersion: 1 });
  const finney = finneyRuntime();
  const here = parsed(bytes);
  const there = parsed(finneyMetadata());
  let used: Set<string>;
  /** One word alone may be any word of English; the CLI names parameters without what their setters begin with. */
  const isUsed = (name: string): boolean =>
    (name.includes('_') && used.has(name)) ||
    // The activity cutoff is only read; what sets it is its factor.
    (name.startsWith('sudo_set_') && name !== 'sudo_set_activity_cutoff' && used.has(name.slice(9)));
  beforeAll(() => {
    used = namesInSources();
  });

  const callsOf = (metadata: Metadata['asLatest']): (Named & { readonly args: readonly unknown[] })[] =>
    metadata.pallets.flatMap((pallet) => {
      if (pallet.calls.isNone) return [];
      const { variants } = metadata.lookup.getSiType(pallet.calls.unwrap().type).def.asVariant;
      return variants.map(({ name, fields }) => ({
        pallet: pallet.name.toString(),
        name: name.toString(),
        args: fields.map((field) => argument(metadata, field.type)),
      }));
    });
  /** A call inside a call is given as its bytes, as our client gives it. */
  const argument = (metadata: Metadata['asLatest'], type: Parameters<typeof sampleOf>[1]): unknown => {
    const { def, path } = metadata.lookup.getSiType(type);
    const isCall = path.at(-1)?.toString() === 'RuntimeCall';
    const inner = finney.encodeCall('System', 'remark', ['0x0102']).bytes;
    if (isCall) return inner;
    if (def.isSequence && isNamed(metadata, def.asSequence.type, 'RuntimeCall')) return [inner, inner];
    return sampleOf(metadata.lookup, type);
  };
  const isNamed = (metadata: Metadata['asLatest'], type: Parameters<typeof sampleOf>[1], name: string): boolean =>
    metadata.lookup.getSiType(type).path.at(-1)?.toString() === name;

  const calls = callsOf(here);

  it.each(calls)('$pallet.$name encodes to the same bytes', ({ pallet, name, args }) => {
    const ours = u8aToHex(localnet.encodeCall(pallet, name, args).bytes);
    expect(ours).toBe(u8aToHex(finney.encodeCall(pallet, name, args).bytes));
    expect(ours.length).toBeGreaterThan(5);
  });

  it('every call that our programs name is among these', () => {
    const declared = new Set(calls.map(({ name }) => name));
    const named = [...new Set(callsOf(there).map(({ name }) => name))].filter(isUsed);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !declared.has(name))).toEqual([]);
  });

  const itemsOf = (metadata: Metadata['asLatest']): (Named & { readonly keys: readonly unknown[] })[] =>
    metadata.pallets.flatMap((pallet) =>
      (pallet.storage.isSome ? [...pallet.storage.unwrap().items] : []).map(({ name, type }) => {
        const count = type.isPlain ? 0 : type.asMap.hashers.length;
        const key = type.isPlain ? [] : sampleOf(metadata.lookup, type.asMap.key);
        return {
          pallet: pallet.name.toString(),
          name: name.toString(),
          // Several keys are a tuple.
          keys: count > 1 && Array.isArray(key) ? key : count === 1 ? [key] : [],
        };
      }),
    );
  const items = itemsOf(here).filter(({ name }) => !NEWER.has(name));

  it('every storage item has the same key and the same default', () => {
    for (const { pallet, name, keys } of items) {
      const ours = localnet.storage(pallet, name);
      const theirs = finney.storage(pallet, name);
      expect(ours?.key(keys), `${pallet}.${name}`).toBe(theirs?.key(keys));
      expect(ours?.decode(null), `${pallet}.${name}`).toEqual(theirs?.decode(null));
    }
    expect(items.length).toBeGreaterThan(100);
  });

  it('every storage item that our programs name is among these', () => {
    const declared = new Set(items.map(({ name }) => name));
    const named = [...new Set(itemsOf(there).map(({ name }) => name))].filter((name) => used.has(name));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((name) => !declared.has(name))).toEqual([]);
  });

  it('every runtime API takes the same bytes', () => {
    let compared = 0;
    for (const api of here.apis) {
      for (const method of api.methods) {
        const names = [api.name.toString(), method.name.toString()] as const;
        // The payment APIs take a whole extrinsic, which has no sample.
        if (names[0] === 'TransactionPaymentApi') continue;
        const args = method.inputs.map((input) => sampleOf(here.lookup, input.type));
        const ours = localnet.apis.find(...names)?.encode(args);
        expect(ours, names.join('.')).toEqual(finney.apis.find(...names)?.encode(args));
        expect(ours).toBeDefined();
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(25);
  });

  it('every runtime API that our programs name is among these', () => {
    const methodsOf = (metadata: Metadata['asLatest']): Set<string> =>
      new Set(metadata.apis.flatMap((api) => api.methods.map((method) => method.name.toString())));
    const declared = methodsOf(here);
    const named = [...methodsOf(there)].filter(isUsed);
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter((name) => !declared.has(name))).toEqual([]);
  });
});
