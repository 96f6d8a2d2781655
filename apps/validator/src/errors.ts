import { ChainErrorCode } from '@bettertherapy/chain';
import { CodedError, type Hotkey } from '@bettertherapy/core';
import { JudgeErrorCode } from '@bettertherapy/judge';
import { LlmErrorCode } from '@bettertherapy/llm';
import { StoreErrorCode } from '@bettertherapy/store';
import { GatewayErrorCode } from './gateway/server.js';

export const ValidatorErrorCode = {
  /** The hotkey is not registered on the subnet, or was pruned while running. */
  NotRegistered: 'VALIDATOR_NOT_REGISTERED',
  /** The hotkey holds no validator permit, while others on the subnet do. */
  NoPermit: 'VALIDATOR_NO_PERMIT',
  /** The subnet has no mechanism of that number. */
  MechanismMissing: 'VALIDATOR_MECHANISM_MISSING',
  /** A timelocked commit was not opened in its epoch, so its weights are lost. */
  RevealLost: 'VALIDATOR_REVEAL_LOST',
  /** The chain holds other weights for this validator than it set. */
  WeightsDiffer: 'VALIDATOR_WEIGHTS_DIFFER',
} as const;

export function notRegistered(hotkey: Hotkey, netuid: number): CodedError {
  return new CodedError(ValidatorErrorCode.NotRegistered, `hotkey ${hotkey} is not registered on subnet ${netuid}`, {
    remedy: `Register it: pnpm bt subnet register --netuid ${netuid}. A validator that runs goes on by itself, otherwise start it again.`,
    details: { hotkey, netuid },
  });
}

export function noPermit(hotkey: Hotkey, netuid: number): CodedError {
  return new CodedError(ValidatorErrorCode.NoPermit, `hotkey ${hotkey} has no validator permit on subnet ${netuid}`, {
    remedy: `Add stake: pnpm bt stake add --netuid ${netuid}. Permits go to those with most stake, at the end of an epoch.`,
    details: { hotkey, netuid },
  });
}

export function noSuchMechanism(netuid: number, mecid: number, mechanisms: number): CodedError {
  return new CodedError(ValidatorErrorCode.MechanismMissing, `subnet ${netuid} has no mechanism ${mecid}`, {
    remedy: mechanisms === 1 ? 'Leave --mecid out.' : `Choose --mecid from 0 to ${mechanisms - 1}.`,
    details: { netuid, mecid, mechanisms },
  });
}

/** Why a process ended, as its exit code says it. */
export const ExitCode = { Asked: 0, Fault: 1, Configuration: 2 } as const;

/** What the operator has to change before another start makes sense. */
const CONFIGURATION: ReadonlySet<string> = new Set<string>([
  ValidatorErrorCode.NotRegistered,
  GatewayErrorCode.CannotListen,
  ValidatorErrorCode.MechanismMissing,
  ChainErrorCode.BadEndpoint,
  ChainErrorCode.SubnetMissing,
  ChainErrorCode.WrongGenesis,
  JudgeErrorCode.BadBank,
  JudgeErrorCode.BadCalibration,
  JudgeErrorCode.ModelCannotJudge,
  LlmErrorCode.ModelUnknown,
  LlmErrorCode.ModelInvalid,
  LlmErrorCode.DownloadForbidden,
  LlmErrorCode.InsufficientMemory,
  LlmErrorCode.GpuMissing,
  StoreErrorCode.SchemaOld,
  StoreErrorCode.SchemaNewer,
  StoreErrorCode.MigrationChanged,
  StoreErrorCode.IdentityMismatch,
  StoreErrorCode.NotOurs,
  StoreErrorCode.Locked,
]);

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CodedError)) return ExitCode.Fault;
  const isConfiguration =
    CONFIGURATION.has(error.code) || error.code.startsWith('CONFIG_') || error.code.startsWith('WALLET_');
  return isConfiguration ? ExitCode.Configuration : ExitCode.Fault;
}

/** The model is gone for good; only a new process brings it back. */
export function isFatal(error: unknown): boolean {
  return error instanceof CodedError && FATAL.has(error.code);
}
const FATAL: ReadonlySet<string> = new Set<string>([LlmErrorCode.WorkerGaveUp, LlmErrorCode.Closed]);
