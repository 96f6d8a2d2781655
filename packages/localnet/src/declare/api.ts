import type { Codec, Fields, StructOf } from '../scale/index.js';

/** One runtime API method: its arguments in order and its result. */
export interface MethodDecl<F extends Fields = Fields, R = unknown> {
  readonly inputs: F;
  readonly output: Codec<R>;
}

export function method<const F extends Fields, R>(inputs: F, output: Codec<R>): MethodDecl<F, R> {
  return { inputs, output };
}

export type InputsOf<M> = M extends MethodDecl<infer F> ? StructOf<F> : never;
export type OutputOf<M> = M extends MethodDecl<Fields, infer R> ? R : never;

/** A runtime API as clients call it: `Name_method`. */
export interface ApiDecl {
  readonly name: string;
  readonly version: number;
  readonly methods: Readonly<Record<string, MethodDecl>>;
}

export function api<const M extends Readonly<Record<string, MethodDecl>>>(
  name: string,
  version: number,
  methods: M,
): { readonly name: string; readonly version: number; readonly methods: M } {
  return { name, version, methods };
}
