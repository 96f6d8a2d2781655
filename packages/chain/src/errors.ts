import { CodedError, type CodedErrorOptions } from '@bettertherapy/core';

export const ChainErrorCode = {
  /** The network name or URL is not one we can dial. */
  BadEndpoint: 'CHAIN_BAD_ENDPOINT',
  /** No endpoint answered within the deadline. Check --subtensor.chain_endpoint. */
  Unreachable: 'CHAIN_UNREACHABLE',
  /** The socket died while a request was in flight; a read may simply be repeated. */
  ConnectionLost: 'CHAIN_CONNECTION_LOST',
  /** The socket is open but no block came for too long; the client re-dials by itself. */
  Stalled: 'CHAIN_STALLED',
  /** A single request passed its deadline. */
  Timeout: 'CHAIN_TIMEOUT',
  /** Too many requests are waiting for this node. */
  Busy: 'CHAIN_BUSY',
  /** The client was closed. */
  Closed: 'CHAIN_CLOSED',
  /** The endpoint serves another chain than the one this client was opened on. */
  WrongGenesis: 'CHAIN_WRONG_GENESIS',
  /** The node answered something that its own metadata does not describe. */
  Decode: 'CHAIN_DECODE',
  /** The node's runtime has no such call, storage item or runtime API. */
  Unsupported: 'CHAIN_UNSUPPORTED',
  /** The arguments do not fit the call, found before anything was sent. */
  BadArguments: 'CHAIN_BAD_ARGUMENTS',
  /** The node refused a request with a JSON-RPC error. */
  RpcRefused: 'CHAIN_RPC_REFUSED',
  /** The node limits requests from this address. */
  RpcRateLimited: 'CHAIN_RPC_RATE_LIMITED',

  /** It is not known whether the extrinsic landed; look before sending again. */
  TxUnknown: 'CHAIN_TX_UNKNOWN',
  /** The extrinsic can no longer land; sending again is safe. */
  TxExpired: 'CHAIN_TX_EXPIRED',
  /** The node's pool dropped the extrinsic. */
  TxDropped: 'CHAIN_TX_DROPPED',
  /** The node found the extrinsic invalid. */
  TxInvalid: 'CHAIN_TX_INVALID',
  /** Another extrinsic of the same account took its nonce. */
  TxReplaced: 'CHAIN_TX_REPLACED',
  /** The nonce was already used. */
  StaleNonce: 'CHAIN_STALE_NONCE',
  /** The node did not accept the signature: other chain, other runtime or wrong key. */
  BadSignature: 'CHAIN_BAD_SIGNATURE',
  /** The account cannot pay the fee. */
  CannotPayFee: 'CHAIN_CANNOT_PAY_FEE',
  /** The runtime refused the call with an error that has no code of its own here. */
  DispatchFailed: 'CHAIN_DISPATCH_FAILED',
  /** The call needs the sudo key or the root origin. */
  NotAllowed: 'CHAIN_NOT_ALLOWED',
  /** The call is closed on this chain or for now. */
  CallClosed: 'CHAIN_CALL_CLOSED',

  /** Weights were set less than the rate limit ago; retry after `blocksLeft` blocks. */
  WeightsTooSoon: 'CHAIN_WEIGHTS_TOO_SOON',
  /** The hotkey has no validator permit on this subnet. */
  NoPermit: 'CHAIN_NO_PERMIT',
  /** Stake weight is below the threshold for setting weights. */
  WeightsStakeTooLow: 'CHAIN_WEIGHTS_STAKE_TOO_LOW',
  /** The version key is older than the subnet requires. */
  WeightsVersion: 'CHAIN_WEIGHTS_VERSION',
  /** Fewer weights than the subnet's minimum. */
  TooFewWeights: 'CHAIN_TOO_FEW_WEIGHTS',
  /** The weight vector itself is malformed: lengths, duplicates, unknown uids, range. */
  BadWeights: 'CHAIN_BAD_WEIGHTS',
  /** A uid of the vector belongs to another registration than the weights were made for. */
  StaleUids: 'CHAIN_STALE_UIDS',
  /** A plain set was sent while commit-reveal is on. */
  CommitRevealOn: 'CHAIN_COMMIT_REVEAL_ON',
  /** A commit was sent while commit-reveal is off. */
  CommitRevealOff: 'CHAIN_COMMIT_REVEAL_OFF',
  /** The reveal round is older than the newest beacon pulse on chain. */
  RevealRound: 'CHAIN_REVEAL_ROUND',
  /** Too many commits of this hotkey wait for their reveal. */
  TooManyCommits: 'CHAIN_TOO_MANY_COMMITS',
  /** A commit cannot be revealed: none found, too early, expired or not matching. */
  RevealRefused: 'CHAIN_REVEAL_REFUSED',

  /** The hotkey is not registered on this subnet. */
  NotRegistered: 'CHAIN_NOT_REGISTERED',
  /** The hotkey is registered on this subnet already. */
  AlreadyRegistered: 'CHAIN_ALREADY_REGISTERED',
  /** The subnet takes no registrations now. */
  RegistrationClosed: 'CHAIN_REGISTRATION_CLOSED',
  /** Every slot of the subnet is taken by a neuron that cannot be pruned. */
  SubnetFull: 'CHAIN_SUBNET_FULL',
  /** Registering costs more than the limit given. */
  PriceAboveLimit: 'CHAIN_PRICE_ABOVE_LIMIT',
  /** There is no such subnet. */
  SubnetMissing: 'CHAIN_SUBNET_MISSING',
  /** No further subnet can be made. */
  SubnetLimit: 'CHAIN_SUBNET_LIMIT',
  /** The subnet has no such mechanism. */
  MechanismMissing: 'CHAIN_MECHANISM_MISSING',
  /** The free balance is too low. */
  NotEnoughBalance: 'CHAIN_NOT_ENOUGH_BALANCE',
  /** The hotkey belongs to another coldkey. */
  NotYourHotkey: 'CHAIN_NOT_YOUR_HOTKEY',
  /** The signer is not the owner of the subnet. */
  NotOwner: 'CHAIN_NOT_OWNER',
  /** The account waits for a coldkey swap and may not do this. */
  ColdkeySwap: 'CHAIN_COLDKEY_SWAP',

  /** The chain refuses this address for an axon. */
  AxonAddress: 'CHAIN_AXON_ADDRESS',
  /** The chain refuses this port for an axon. */
  AxonPort: 'CHAIN_AXON_PORT',
  /** An axon may be published once in `serving_rate_limit` blocks. */
  ServingTooSoon: 'CHAIN_SERVING_TOO_SOON',
  /** A rate limit of the chain other than those for weights and serving. */
  RateLimited: 'CHAIN_RATE_LIMITED',

  /** The stake amount is below the minimum, or more than there is. */
  StakeAmount: 'CHAIN_STAKE_AMOUNT',
  /** The subnet's token is not open yet. */
  StakingClosed: 'CHAIN_STAKING_CLOSED',
  /** The pool cannot serve this amount at an acceptable price. */
  Liquidity: 'CHAIN_LIQUIDITY',
  /** The subnet was started before. */
  AlreadyStarted: 'CHAIN_ALREADY_STARTED',
  /** The subnet may not be started yet. */
  StartTooSoon: 'CHAIN_START_TOO_SOON',

  /** Hyperparameters are frozen in the last blocks before an epoch. */
  AdminWindow: 'CHAIN_ADMIN_WINDOW',
  /** A parameter is out of its range. */
  BadParameter: 'CHAIN_BAD_PARAMETER',
} as const;
export type ChainErrorCode = (typeof ChainErrorCode)[keyof typeof ChainErrorCode];

export type ChainError = CodedError<ChainErrorCode>;

/** Makes an error of this package; every one carries the operator's next step. */
export function chainError(code: ChainErrorCode, message: string, options: CodedErrorOptions): ChainError {
  return new CodedError(code, message, options);
}

/** True for an error of this package with that code. */
export function hasChainCode(error: unknown, code: ChainErrorCode): error is ChainError {
  return error instanceof CodedError && error.code === code;
}

/** Failures that pass by themselves: repeat the same read, or the whole operation, a little later. */
const PASSING: ReadonlySet<string> = new Set<ChainErrorCode>([
  ChainErrorCode.Unreachable,
  ChainErrorCode.ConnectionLost,
  ChainErrorCode.Stalled,
  ChainErrorCode.Timeout,
  ChainErrorCode.Busy,
  ChainErrorCode.RpcRateLimited,
  ChainErrorCode.TxExpired,
  ChainErrorCode.TxDropped,
  ChainErrorCode.StaleNonce,
  ChainErrorCode.WeightsTooSoon,
  ChainErrorCode.ServingTooSoon,
  ChainErrorCode.RateLimited,
  ChainErrorCode.RevealRound,
  ChainErrorCode.StaleUids,
  ChainErrorCode.AdminWindow,
]);

/**
 * True when the same operation may be tried again later without asking anybody. A `CHAIN_TX_UNKNOWN` is not
 * among them: look at the chain before sending again.
 */
export function isRetryable(error: unknown): boolean {
  return error instanceof CodedError && PASSING.has(error.code);
}

/** True when the connection, not the request, was at fault. */
export function isConnectionFailure(error: unknown): boolean {
  return (
    error instanceof CodedError &&
    (error.code === ChainErrorCode.ConnectionLost ||
      error.code === ChainErrorCode.Stalled ||
      error.code === ChainErrorCode.Unreachable ||
      error.code === ChainErrorCode.Timeout)
  );
}
