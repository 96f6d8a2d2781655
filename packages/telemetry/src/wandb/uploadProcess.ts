import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Clock, CodedError, withDeadline } from '@bettertherapy/core';
import { TelemetryErrorCode } from '../errors.js';
import { type UploadJob, type UploadReport, uploadReportSchema } from './messages.js';

/** Built JavaScript: the process runs from `dist` also where its parent runs from sources. */
const BUILT_MAIN = fileURLToPath(new URL('../../dist/wandb/uploadMain.js', import.meta.url));
const HEAP_MB = 256;
/** All the process may see: nothing by which the SDK would find another key, server or mode. */
const PASSED = ['PATH', 'NODE_EXTRA_CA_CERTS', 'LANG', 'TMPDIR'];

/**
 * Sends a job in a process of its own, so that nothing the SDK throws reaches this one, and resolves to the run's address
 * once the server has everything. The key goes over the channel between the processes, never into arguments or environment.
 * @throws CodedError TELEMETRY_WANDB_FAILED, TELEMETRY_WANDB_TOO_LARGE, CORE_DEADLINE_EXCEEDED, or the signal's reason
 */
export function uploadInProcess(
  options: {
    readonly deadlineMs: number;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly clock: Clock;
  },
  job: UploadJob,
  signal: AbortSignal,
): Promise<string> {
  const { deadlineMs: ms, env, clock } = options;
  return withDeadline({ what: 'the upload to wandb', ms, signal, clock }, async (inner) => {
    const report = await runProcess(environmentOf(env), job, inner);
    if (report.ok) return report.url;
    throw failed(report.reason, report.tooLarge ? TelemetryErrorCode.WandbTooLarge : TelemetryErrorCode.WandbFailed);
  });
}

function runProcess(env: Record<string, string>, job: UploadJob, signal: AbortSignal): Promise<UploadReport> {
  return new Promise((resolve, reject) => {
    const child = fork(BUILT_MAIN, [], { env, execArgv: [`--max-old-space-size=${HEAP_MB}`], stdio: 'ignore' });
    let report: UploadReport = { ok: false, reason: 'the upload process ended without a word', tooLarge: false };
    const onAbort = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    child.on('message', (raw) => {
      const read = uploadReportSchema.safeParse(raw);
      if (read.success) report = read.data;
    });
    child.once('error', (error) => {
      signal.removeEventListener('abort', onAbort);
      reject(failed(`the upload process: ${error.message}`));
    });
    child.once('exit', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(report);
    });
    child.send(job, (error) => {
      if (error) child.kill('SIGKILL');
    });
  });
}

function environmentOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function failed(reason: string, code: TelemetryErrorCode = TelemetryErrorCode.WandbFailed): CodedError {
  return new CodedError(code, `wandb did not take the rounds: ${reason}`, {
    remedy:
      'They are kept and sent later. If it repeats, run `pnpm bt doctor --as validator`, or start with --wandb.off.',
    details: { reason },
  });
}
