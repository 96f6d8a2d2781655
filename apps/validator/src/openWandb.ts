import { join, resolve } from 'node:path';
import process from 'node:process';
import { describeError, type Logger } from '@bettertherapy/core';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { SCORING_VERSION } from '@bettertherapy/scoring';
import { type RunConfig, uploadInProcess, WandbSpool, WandbUploader } from '@bettertherapy/telemetry';
import type { Duty } from './duties/duty.js';
import { SpoolRounds } from './duties/spoolRounds.js';
import type { DutyParts } from './openDuties.js';
import { type ValidatorOptions, VERSION } from './options.js';
import { component } from './telemetry.js';

const MINUTE_MS = 60_000;
/** A run a day, as the Python software did. */
const RUN_MS = 24 * 60 * MINUTE_MS;
const LOOK_MS = 5_000;
const UPLOAD_MS = 2 * MINUTE_MS;
/** Some days of rounds of a full subnet. */
const SPOOL_BYTES = 64 * 1024 * 1024;

/** Rounds to wandb: a duty that keeps them, one that sends them. None where wandb is off; it never holds up the validator. */
export function openWandb(
  options: ValidatorOptions,
  parts: Pick<DutyParts, 'telemetry' | 'store' | 'signer' | 'examiner'> & {
    readonly uid: number;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Duty[] {
  const { off, offline, apiKey, baseUrl, project, entity, notes } = options.wandb;
  const { telemetry, store } = parts;
  const { clock, failures } = telemetry;
  const log = component(telemetry.log, 'wandb');
  if (off) return [];
  if (apiKey === null && !offline) {
    log.info('wandb is off: no key is set', { remedy: 'Set WANDB_API_KEY to see rounds there.' });
    return [];
  }
  const spool = openSpool(options, parts, log);
  if (!spool) return [];
  const rounds = new SpoolRounds({ everyMs: LOOK_MS }, { store, spool, clock, log, failures });
  if (apiKey === null || offline) {
    log.info('rounds are kept for wandb and not sent', { waiting: spool.size.lines });
    return [rounds];
  }
  const uploader = new WandbUploader(
    {
      ...{ baseUrl, apiKey, project, entity, notes },
      runName: (startedMs) => `validator-${parts.uid}-${new Date(startedMs).toISOString().slice(0, 16)}Z`,
      everyMs: MINUTE_MS,
      firstRetryMs: MINUTE_MS,
      maxRetryMs: 30 * MINUTE_MS,
    },
    {
      spool,
      upload: (job, signal) => uploadInProcess({ deadlineMs: UPLOAD_MS, env: parts.env, clock }, job, signal),
      config: () => runConfig(options, parts),
      clock,
      log,
      failures,
    },
  );
  return [rounds, { name: 'wandb upload', run: (signal) => uploader.run(signal) }];
}

/** Null where the folder cannot be used: telemetry never stops the validator. */
function openSpool(
  options: ValidatorOptions,
  { signer, telemetry }: Pick<DutyParts, 'signer' | 'telemetry'>,
  log: Logger,
): WandbSpool | null {
  const newRunId = (startedMs: number): string => `${signer.address.slice(0, 12)}-${startedMs.toString(36)}`;
  const dir = join(resolve(options.data.dir), 'wandb');
  try {
    return new WandbSpool({ dir, maxBytes: SPOOL_BYTES, runMs: RUN_MS, newRunId }, { log });
  } catch (error) {
    telemetry.failures.count('wandb');
    log.warn('wandb is off: rounds cannot be kept for it', { dir, error: describeError(error) });
    return null;
  }
}

/** What a run's page says of how it came about. */
function runConfig(
  { netuid, mecid, neuron, model, judge }: ValidatorOptions,
  { signer, uid, examiner }: Pick<DutyParts, 'signer' | 'examiner'> & { readonly uid: number },
): RunConfig {
  return {
    version: VERSION,
    scoring_version: SCORING_VERSION,
    axon_version: AXON_VERSION,
    node_version: process.versions.node,
    judge_manifest_sha256: examiner.manifestSha256,
    model_backend: model.backend,
    model_name: model.name,
    hotkey: signer.address,
    uid,
    netuid,
    mecid,
    questions: neuron.questions,
    round_interval_s: neuron.roundInterval,
    timeout_s: neuron.timeout,
    alpha: neuron.alpha,
    organic_share: neuron.organicShare,
    weights: neuron.weights,
    enforce_controls: judge.enforceControls,
  };
}
