import { CodedError } from '@bettertherapy/core';

export const MinerErrorCode = {
  /** The hotkey is not registered on the subnet. */
  NotRegistered: 'MINER_NOT_REGISTERED',
  /** The address under which others reach this machine is not known. */
  AddressUnknown: 'MINER_ADDRESS_UNKNOWN',
  /** Persona and answer leave no room for a question in the model's context. */
  PersonaTooLong: 'MINER_PERSONA_TOO_LONG',
  /** The model gave no usable text, also at the second try. */
  EmptyAnswer: 'MINER_EMPTY_ANSWER',
  /** The question holds no text. */
  EmptyQuestion: 'MINER_EMPTY_QUESTION',
  /** A publisher sent another pack than its index names. */
  WrongPack: 'MINER_WRONG_PACK',
} as const;
export type MinerErrorCode = (typeof MinerErrorCode)[keyof typeof MinerErrorCode];

export function minerError(
  code: MinerErrorCode,
  message: string,
  remedy: string,
  details?: Readonly<Record<string, unknown>>,
): CodedError<MinerErrorCode> {
  return new CodedError(code, message, details === undefined ? { remedy } : { remedy, details });
}

/** Codes that a restart cannot mend: the operator has to change something first. */
const CONFIGURATION =
  /^(CONFIG_|WALLET_|TWIN_|MINER_(NOT_REGISTERED|ADDRESS_UNKNOWN|PERSONA_TOO_LONG)|CORE_BAD_ADDRESS|CHAIN_(BAD_ENDPOINT|SUBNET_MISSING|WRONG_GENESIS|AXON_|NOT_REGISTERED)|STORE_(IDENTITY_MISMATCH|SCHEMA_|NOT_OURS)|LLM_(MODEL_|MANIFEST_|INSUFFICIENT_MEMORY|GPU_MISSING|RUNTIME_MISSING|TOO_SLOW|DOWNLOAD_FORBIDDEN))/;

/** Process exit code of a failed start: 2 when the operator must act, 1 when another try may work. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof CodedError && CONFIGURATION.test(error.code) ? 2 : 1;
}
