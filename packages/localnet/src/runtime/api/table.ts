import type { ApiDecl, InputsOf, OutputOf } from '../../declare/api.js';
import { encodeWith, Reader } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import type { Runtime } from '../version.js';

/** What a runtime API may look at. */
export interface ApiContext {
  readonly view: StateView;
  readonly runtime: Runtime;
  readonly block: number;
}

type Run = (context: ApiContext, data: Uint8Array) => Uint8Array;

/** Runtime APIs by the name that `state_call` takes. */
export class ApiTable {
  private readonly methods = new Map<string, Run>();

  on<A extends ApiDecl, N extends keyof A['methods'] & string>(
    api: A,
    name: N,
    run: (context: ApiContext, args: InputsOf<A['methods'][N]>) => OutputOf<A['methods'][N]>,
  ): void {
    const decl = api.methods[name];
    if (decl === undefined) throw new Error(`${api.name} declares no ${name}`);
    this.methods.set(`${api.name}_${name}`, (context, data) => {
      const input = new Reader(data, context.runtime.calls);
      const args = Object.fromEntries(Object.entries(decl.inputs).map(([key, codec]) => [key, codec.decode(input)]));
      input.end();
      // Decoded by the inputs of this very method.
      return encodeWith(decl.output, run(context, args as InputsOf<A['methods'][N]>));
    });
  }

  has(name: string): boolean {
    return this.methods.has(name);
  }

  /** @throws CodedError LOCALNET_BAD_SCALE when the arguments do not decode. */
  call(name: string, context: ApiContext, data: Uint8Array): Uint8Array | null {
    return this.methods.get(name)?.(context, data) ?? null;
  }
}
