import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Metadata, TypeRegistry } from '@polkadot/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { Runtime } from '../../../src/runtime/version.js';
import { toHex } from '../../../src/scale/index.js';
import { describeMetadata, type PlainMetadata } from '../../support/plainMetadata.js';

const runtime = new Runtime({ specVersion: 425, callIndexOffset: 0 }, { blockMs: 12_000 });

/** Metadata of the main network; the chain client's tests use the same file. */
const REAL = new URL('../../../../chain/test/fixtures/finney-424.scale.gz', import.meta.url);

/** What this chain has and runtime 424 has not; docs/localnet.md says why. */
const NEWER = ['SubtensorModule.SubnetEpochConsensus'];

function read(bytes: Uint8Array): PlainMetadata {
  return describeMetadata(new Metadata(new TypeRegistry(), toHex(bytes)));
}

describe('metadata', () => {
  it.each([14, 15] as const)('of version %i is read whole by @polkadot/types', (version) => {
    const plain = read(runtime.metadataOf(version));
    expect(plain.version).toBe(version);
    expect(plain.pallets.map(({ name, index }) => [name, index])).toEqual([
      ['System', 0],
      ['Timestamp', 2],
      ['Aura', 3],
      ['Balances', 5],
      ['TransactionPayment', 6],
      ['SubtensorModule', 7],
      ['Utility', 11],
      ['Sudo', 12],
      ['Commitments', 18],
      ['AdminUtils', 19],
      ['Drand', 26],
    ]);
  });

  it.each([14, 15] as const)('of version %i has the account as type 0, and a type name for every field', (version) => {
    const { lookup } = new Metadata(new TypeRegistry(), toHex(runtime.metadataOf(version))).asLatest;
    expect(lookup.getSiType(0).path.join('::')).toBe('sp_core::crypto::AccountId32');
    const fields = lookup.types.flatMap(({ type: { def } }) =>
      def.isComposite
        ? [...def.asComposite.fields]
        : def.isVariant
          ? def.asVariant.variants.flatMap((variant) => [...variant.fields])
          : [],
    );
    expect(fields.length).toBeGreaterThan(100);
    expect(fields.filter((field) => field.typeName.isNone)).toEqual([]);
  });

  it('moves the call indices of SubtensorModule when the runtime says so, and nothing else', () => {
    const moved = read(new Runtime({ specVersion: 426, callIndexOffset: 3 }, { blockMs: 12_000 }).metadataOf(15));
    const plain = read(runtime.metadataOf(15));
    for (const pallet of plain.pallets) {
      const other = moved.pallets.find(({ name }) => name === pallet.name);
      const shift = pallet.name === 'SubtensorModule' ? 3 : 0;
      expect(other?.calls.map(({ index }) => index)).toEqual(pallet.calls.map(({ index }) => index + shift));
    }
  });
});

describe('metadata, against the main network', () => {
  let ours: PlainMetadata;
  let real: PlainMetadata;
  beforeAll(() => {
    ours = read(runtime.metadataOf(15));
    real = read(gunzipSync(readFileSync(REAL)));
  });
  const names = runtime.pallets.map(({ name }) => name);

  it.each(names)('%s declares calls, events, errors, storage and constants as they are there', (name) => {
    const own = ours.pallets.find((pallet) => pallet.name === name);
    const theirs = real.pallets.find((pallet) => pallet.name === name);
    expect(own?.index).toBe(theirs?.index);
    for (const kind of ['calls', 'events', 'errors', 'storage'] as const) {
      for (const item of own?.[kind] ?? []) {
        if (NEWER.includes(`${name}.${item.name}`)) continue;
        expect(item, `${name} ${kind} ${item.name}`).toEqual(theirs?.[kind].find((other) => other.name === item.name));
      }
    }
    for (const { name: constant, type } of own?.constants ?? []) {
      expect(type, `${name} constant ${constant}`).toBe(
        theirs?.constants.find((other) => other.name === constant)?.type,
      );
    }
  });

  it('has nothing that the main network lacks, but what docs/localnet.md explains', () => {
    const lacking = ours.pallets.flatMap((pallet) => {
      const theirs = real.pallets.find(({ name }) => name === pallet.name);
      return (['calls', 'events', 'errors', 'storage', 'constants'] as const).flatMap((kind) => {
        const known = new Set(theirs?.[kind].map(({ name }) => name));
        return pallet[kind].flatMap(({ name }) => (known.has(name) ? [] : [`${pallet.name}.${name}`]));
      });
    });
    expect(lacking).toEqual(NEWER);
    const docs = readFileSync(new URL('../../../../../docs/localnet.md', import.meta.url), 'utf8');
    for (const name of NEWER) expect(docs).toContain(`\`${name}\``);
  });

  it('has every error of SubtensorModule in its order', () => {
    const errors = (metadata: PlainMetadata): unknown =>
      metadata.pallets.find(({ name }) => name === 'SubtensorModule')?.errors;
    expect(errors(ours)).toEqual(errors(real));
  });

  it('declares runtime APIs with the inputs and outputs that they have there', () => {
    for (const api of ours.apis) {
      const theirs = real.apis.find(({ name }) => name === api.name);
      for (const method of api.methods) {
        expect(method, `${api.name}.${method.name}`).toEqual(theirs?.methods.find(({ name }) => name === method.name));
      }
    }
  });

  it('has the signed extensions in their order', () => {
    expect(ours.extensions).toEqual(real.extensions);
  });
});
