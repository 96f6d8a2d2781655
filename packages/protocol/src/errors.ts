export const ProtocolErrorCode = {
  /** A value to be hashed holds half a surrogate pair, which has no UTF-8 form. */
  NotUtf8: 'PROTOCOL_NOT_UTF8',
} as const;
export type ProtocolErrorCode = (typeof ProtocolErrorCode)[keyof typeof ProtocolErrorCode];
