import { badScale } from '../errors.js';
import { type CallReader, type Codec, Reader, type StructOf, Writer } from '../scale/index.js';
import type { CallDecl, Pallet } from './pallet.js';

/** A decoded call: which declaration it matched, and its arguments by name. */
export interface RuntimeCall {
  readonly decl: CallDecl;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call as an argument of another call, as in `Utility.batch`. */
export const runtimeCall: Codec<RuntimeCall> = {
  type: { kind: 'runtimeCall' },
  encode() {
    throw badScale('nested calls are only read by this chain');
  },
  decode(input) {
    if (input.calls === null) throw badScale('a call where none may be');
    // Every CallReader of this package is a CallTable, whose decode returns a RuntimeCall.
    return input.calls.decode(input) as RuntimeCall;
  },
};

/** Reads and writes calls by the indices of one runtime version. */
export class CallTable implements CallReader {
  private readonly byIndex = new Map<number, CallDecl>();

  /** `indexOf` gives the index a call has in this runtime. */
  constructor(
    private readonly pallets: readonly Pallet[],
    private readonly indexOf: (call: CallDecl) => number,
  ) {
    for (const pallet of pallets) {
      for (const call of pallet.calls ?? []) this.byIndex.set(pallet.index * 256 + indexOf(call), call);
    }
  }

  decode(input: Reader): RuntimeCall {
    return input.nested(() => {
      const pallet = input.byte();
      const index = input.byte();
      const decl = this.byIndex.get(pallet * 256 + index);
      if (decl === undefined) throw badScale(`no call ${pallet}.${index}`);
      const args = Object.fromEntries(Object.entries(decl.args).map(([name, codec]) => [name, codec.decode(input)]));
      return { decl, args };
    });
  }

  decodeBytes(bytes: Uint8Array): RuntimeCall {
    const input = new Reader(bytes, this);
    const call = this.decode(input);
    input.end();
    return call;
  }

  encode<D extends CallDecl>(decl: D, args: StructOf<D['args']>): Uint8Array {
    const pallet = this.pallets.find((candidate) => candidate.name === decl.pallet);
    if (pallet === undefined) throw badScale(`no pallet ${decl.pallet}`);
    const out = new Writer();
    out.byte(pallet.index);
    out.byte(this.indexOf(decl));
    for (const [name, codec] of Object.entries(decl.args)) codec.encode(args[name], out);
    return out.finish();
  }
}
