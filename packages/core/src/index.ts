export { type Clock, systemClock } from './clock.js';
export { type DeadlineOptions, withDeadline } from './deadline.js';
export { CodedError, type CodedErrorOptions, CoreErrorCode, describeError, hasCode, hasErrno } from './errors.js';
export { Lifecycle } from './lifecycle.js';
export { type LogFields, type Logger, silentLogger } from './logger.js';
export { isProcessAlive } from './processAlive.js';
export { isPublicAddress } from './publicAddress.js';
export { BoundedQueue } from './queue.js';
export { type RepeatOptions, repeat } from './repeat.js';
export { backoffDelayMs, type RetryOptions, retry } from './retry.js';
export {
  type Coldkey,
  decodeSs58,
  encodeSs58,
  type Hotkey,
  parseColdkey,
  parseHotkey,
  parseSs58,
  SS58_PREFIX,
  type Ss58,
} from './ss58.js';
export {
  noSpan,
  noTracer,
  type Span,
  type SpanAttributes,
  type SpanCount,
  type SpanOptions,
  type Tracer,
} from './tracer.js';
