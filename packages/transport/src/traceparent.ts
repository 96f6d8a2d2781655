/** The header of W3C Trace Context: which span of the caller's trace asked. */
export const TRACEPARENT = 'traceparent';
