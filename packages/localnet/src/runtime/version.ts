import { blake2b } from '@noble/hashes/blake2.js';
import type { ApiDecl } from '../declare/api.js';
import type { CallDecl, Pallet } from '../declare/pallet.js';
import { CallTable } from '../declare/runtimeCall.js';
import { badScale } from '../errors.js';
import { buildMetadata } from '../metadata/build.js';
import { runtimeApis } from '../pallets/apis.js';
import { palletsOf, type RuntimeVersionValue } from '../pallets/index.js';
import { concatBytes, decodeWith, encodeWith, type Hex, struct, toHex, u8, u32, utf8 } from '../scale/index.js';
import type { StateView } from '../state/index.js';

export const SPEC_NAME = 'node-subtensor';
/** The mainnet runtime whose calls, types and errors this chain follows. */
export const FIRST_SPEC_VERSION = 425;
export const TRANSACTION_VERSION = 1;
const SYSTEM_VERSION = 1;

/** Where a chain keeps its code. */
export const CODE_KEY: Hex = toHex(utf8(':code'));
const CODE_MAGIC = utf8('bt-localnet');

/** What a runtime of this chain is made of; the value of `:code` after a magic word. */
export interface RuntimeCode {
  readonly specVersion: number;
  /** Added to every call index of SubtensorModule, so that clients which hard-code indices fail. */
  readonly callIndexOffset: number;
}

const codeBody = struct('', { specVersion: u32, callIndexOffset: u8 });
const SHIFTED_PALLET = 'SubtensorModule';
/** The highest call index is 142; more would not fit one byte. */
const MAX_OFFSET = 100;

/** The bytes that `sudo(System.set_code)` takes to upgrade the runtime of this chain. */
export function encodeRuntimeCode(code: RuntimeCode): Uint8Array {
  return concatBytes([CODE_MAGIC, encodeWith(codeBody, code)]);
}

/** @throws CodedError LOCALNET_BAD_SCALE when the bytes are not code of this chain. */
export function decodeRuntimeCode(bytes: Uint8Array): RuntimeCode {
  const magic = bytes.subarray(0, CODE_MAGIC.length);
  if (toHex(magic) !== toHex(CODE_MAGIC)) throw badScale('not runtime code of this chain');
  const code = decodeWith(codeBody, bytes.slice(CODE_MAGIC.length));
  if (code.callIndexOffset > MAX_OFFSET) throw badScale('the call index offset is too large');
  return code;
}

/** One runtime version: its pallets, its call indices and its metadata. */
export class Runtime {
  readonly pallets: readonly Pallet[];
  readonly calls: CallTable;
  readonly palletIndex: ReadonlyMap<string, number>;
  private readonly metadata = new Map<14 | 15, Uint8Array>();

  constructor(
    readonly code: RuntimeCode,
    facts: { readonly blockMs: number },
  ) {
    this.pallets = palletsOf({ blockMs: facts.blockMs, version: this.version });
    this.calls = new CallTable(this.pallets, (call) => this.callIndex(call));
    this.palletIndex = new Map(this.pallets.map((pallet) => [pallet.name, pallet.index]));
  }

  get version(): RuntimeVersionValue {
    return {
      spec_name: SPEC_NAME,
      impl_name: SPEC_NAME,
      authoring_version: 1,
      spec_version: this.code.specVersion,
      impl_version: 1,
      apis: apiIds(runtimeApis),
      transaction_version: TRANSACTION_VERSION,
      system_version: SYSTEM_VERSION,
    };
  }

  metadataOf(version: 14 | 15): Uint8Array {
    const known = this.metadata.get(version);
    if (known !== undefined) return known;
    const { pallets } = this;
    const built = buildMetadata({ pallets, apis: runtimeApis, callIndex: (call) => this.callIndex(call) }, version);
    this.metadata.set(version, built);
    return built;
  }

  private callIndex(call: CallDecl): number {
    return call.pallet === SHIFTED_PALLET ? call.index + this.code.callIndexOffset : call.index;
  }
}

/** Clients know an API by the hash of its name. */
function apiIds(apis: readonly ApiDecl[]): [id: Uint8Array, version: number][] {
  return apis.map(({ name, version }) => [blake2b(utf8(name), { dkLen: 8 }), version]);
}

/** Keeps the runtimes that were asked for; there are as many as there were upgrades. */
export class Runtimes {
  private readonly known = new Map<string, Runtime>();

  constructor(private readonly facts: { readonly blockMs: number }) {}

  /** The runtime in force at a state. */
  at(view: StateView): Runtime {
    const raw = view.get(CODE_KEY);
    const name = raw === undefined ? '' : toHex(raw);
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const code = raw === undefined ? { specVersion: FIRST_SPEC_VERSION, callIndexOffset: 0 } : decodeRuntimeCode(raw);
    const runtime = new Runtime(code, this.facts);
    this.known.set(name, runtime);
    return runtime;
  }
}
