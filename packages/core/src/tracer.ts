/** Names of things: ids, hotkeys, codes, models. Never anything that a patient, a doctor or a miner wrote, never a key. */
type TextAttribute =
  | 'bt.answer.id'
  | 'bt.control'
  | 'bt.intent.id'
  | 'bt.intent.mode'
  | 'bt.intent.window'
  | 'bt.miner.hotkey'
  | 'bt.model.adapter'
  | 'bt.outcome'
  | 'bt.protocol'
  | 'bt.request.id'
  | 'bt.round.id'
  | 'bt.twin.id'
  | 'bt.validator.hotkey'
  | 'db.operation.name'
  | 'db.system.name'
  | 'error.type'
  | 'gen_ai.operation.name'
  | 'gen_ai.request.model'
  | 'server.address';

type NumberAttribute =
  | 'bt.answer.words'
  | 'bt.block'
  | 'bt.judge.calls'
  | 'bt.miner.uid'
  | 'bt.miners'
  | 'bt.notes'
  | 'bt.response_ms'
  | 'bt.reward'
  | 'bt.round.number'
  | 'bt.stage.entries'
  | 'bt.status'
  | 'bt.twin.version'
  | 'bt.waited_ms'
  | 'http.response.status_code'
  | 'server.port'
  | SpanCount;

type FlagAttribute = 'bt.round.resumed';

/** Numbers that grow while a span runs. Of the input, `cache_read` is what the model had evaluated before. */
export type SpanCount =
  | 'gen_ai.usage.input_tokens'
  | 'gen_ai.usage.cache_read.input_tokens'
  | 'gen_ai.usage.output_tokens';

/**
 * What a span may say. The names are a closed set, and what a stage counted is a number or a flag, so that nobody's words
 * can get into a trace by a slip.
 */
export type SpanAttributes = {
  readonly [Name in TextAttribute]?: string | undefined;
} & {
  readonly [Name in NumberAttribute]?: number | undefined;
} & { readonly [Name in FlagAttribute]?: boolean | undefined } & {
  readonly [Name in `bt.stage.count.${string}`]?: number | boolean | undefined;
};

/** A piece of work with a beginning and an end, as traces show it. */
export interface Span {
  /** Says more about the work; nothing any more once it has ended. */
  set(attributes: SpanAttributes): void;
  /** Marks the work as failed without anything having been thrown; `reason` is a code. */
  fail(reason: string): void;
  /** What another process needs to go on with this trace, as a W3C `traceparent`; null where nothing is traced. */
  readonly traceparent: string | null;
}

export interface SpanOptions {
  /** `client` asks another process, `server` answers one; `internal` unless said. */
  readonly kind?: 'internal' | 'client' | 'server' | undefined;
  readonly attributes?: SpanAttributes | undefined;
  /** The `traceparent` that a caller sent, null when none; what is not one begins a new trace. Without it the span that runs is the parent. */
  readonly parent?: string | null | undefined;
  /** Begins the trace of this id. The same id gives the same trace, also after a restart, without anything kept. */
  readonly traceOf?: string | undefined;
  /** The work began this many milliseconds ago. */
  readonly agoMs?: number | undefined;
  /** Worth telling only as part of something larger: outside a trace nothing is recorded. */
  readonly partOnly?: boolean | undefined;
}

/** Where a part says what it is doing. It is passed like a logger; the telemetry room knows where spans go. */
export interface Tracer {
  /**
   * Runs `work` as a span. It ends when `work` returns, or when the promise that it returned settles; what is thrown marks it
   * as failed by its code alone. Spans begun meanwhile are its children. Never throws anything of its own.
   */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => T): T;
  /** Adds to a number of the span that runs now; nothing where none does. */
  add(name: SpanCount, by: number): void;
}

function discard(): void {
  // Nothing is recorded on purpose.
}

/** A span that nobody sees. */
export const noSpan: Span = { set: discard, fail: discard, traceparent: null };

/** A tracer that records nothing: the default everywhere, and one function call per span. */
export const noTracer: Tracer = { span: (_name, _options, work) => work(noSpan), add: discard };
