import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller, Role } from './caller.js';
import { apiError } from './errors.js';

type Schema = z.ZodType;

/** One kind of reply: JSON by a schema, or something else by its content type. */
export type ReplySpec =
  | { readonly description: string; readonly schema: Schema }
  | { readonly description: string; readonly contentType: string }
  | { readonly description: string };

/** What a route says about itself: enough to check requests by and to document it. */
export interface RouteSpec<P extends Schema, Q extends Schema, B extends Schema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for path parts. */
  readonly url: string;
  readonly summary: string;
  /** Groups routes in the document: `chat`, `patient`, `studio`, `operator`. */
  readonly tag: string;
  /** Any one of these roles is enough; `public` needs nothing. */
  readonly access: readonly Role[] | 'public';
  readonly params?: P | undefined;
  readonly query?: Q | undefined;
  readonly body?: B | undefined;
  /** The body is bytes that the handler reads as they come (`request.body` is a stream) and bounds by itself. */
  readonly bytes?: true | undefined;
  /** Bytes; the gateway's own limit when left out. */
  readonly bodyLimit?: number | undefined;
  /** By HTTP status. */
  readonly replies: Readonly<Record<number, ReplySpec>>;
}

/** A request that was checked. */
export interface RouteInput<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly requestId: string;
  /** Aborts when the client has gone away or the gateway closes. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  /** For headers and streams. A handler that hijacks it returns undefined. */
  readonly reply: FastifyReply;
}

/** What a handler gives back: a status with a JSON body, or undefined when it has written the reply itself. */
export type RouteResult = { readonly status: number; readonly body?: unknown } | undefined;

export interface Route {
  readonly spec: RouteSpec<Schema, Schema, Schema>;
  readonly handle: (request: FastifyRequest, reply: FastifyReply, of: CallContext) => Promise<RouteResult>;
}

export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** Joins what a route takes with what it does. The handler sees only input that its schemas have accepted. */
export function route<P extends Schema, Q extends Schema, B extends Schema>(
  spec: RouteSpec<P, Q, B>,
  handler: (input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>) => Promise<RouteResult> | RouteResult,
): Route {
  return {
    spec,
    handle: async (request, reply, context) =>
      handler({
        params: read(spec.params, request.params),
        query: read(spec.query, request.query),
        body: read(spec.body, request.body),
        request,
        reply,
        ...context,
      }),
  };
}

/** @throws CodedError invalid_request that names the first known field at fault, without its value */
function read<S extends Schema>(schema: S | undefined, value: unknown): z.output<S> {
  // A route without a schema has nothing to read; its input type is then unknown.
  if (schema === undefined) return undefined as z.output<S>;
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const param = issue?.path.map(String).join('.') ?? '';
  const at = param === '' ? 'The request' : `\`${param}\``;
  // The schema's own message would repeat the name, which a client may have filled with anything.
  const message = issue?.code === 'unrecognized_keys' ? 'has a field that is not known here' : issue?.message;
  throw apiError('invalid_request', `${at}: ${message ?? 'not valid'}`, { param: param || undefined });
}
