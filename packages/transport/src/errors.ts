export const TransportErrorCode = {
  /** Every remembered nonce is still live; new requests wait rather than an old one be forgotten. */
  NoncesFull: 'TRANSPORT_NONCES_FULL',
  /** The axon could not listen on its address. Check --axon.ip and --axon.port. */
  CannotListen: 'TRANSPORT_CANNOT_LISTEN',
  /** A part was used before start or after close. */
  NotRunning: 'TRANSPORT_NOT_RUNNING',
  /** A server gave no JSON within size and deadline. */
  ReadFailed: 'TRANSPORT_READ_FAILED',
  /** The question is for a twin, or a version of one, that is not served here. */
  TwinNotServed: 'TRANSPORT_TWIN_NOT_SERVED',
} as const;
export type TransportErrorCode = (typeof TransportErrorCode)[keyof typeof TransportErrorCode];
