/** The process that holds wandb's SDK: takes one job from its parent, reports how it went, and ends. */
import process from 'node:process';
import { describeError } from '@bettertherapy/core';
import { type UploadReport, uploadJobSchema } from './messages.js';
import { RequestTooLarge, uploadRun } from './uploadRun.js';

/** What the SDK complained about first, in its own constant words; it tells its console, not its caller. */
let complaint: string | null = null;
let secrets: readonly string[] = [];
let ending = false;

/** The first word stands: one failure of the SDK comes up in several places. */
function end(report: UploadReport): void {
  if (ending) return;
  ending = true;
  const code = report.ok ? 0 : 1;
  if (!process.send) process.exit(code);
  process.send(report, () => process.exit(code));
}

function fail(error: unknown): void {
  const text = [describeError(error), ...(complaint === null ? [] : [complaint])].join('; ');
  const reason = secrets.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text).slice(0, 500);
  end({ ok: false, reason, tooLarge: error instanceof RequestTooLarge });
}

// Requests and answers may stand in what comes after the first word, so only that and a status are kept.
console.error = (...said: unknown[]): void => {
  const [words, error] = said;
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : '';
  complaint ??= `${String(words).replace(/:\s*$/, '')}${code}`;
};
// The SDK tries again by waiting for the promise that has failed: it cannot succeed and takes half an hour.
console.log = (...said: unknown[]): void => {
  if (/^Retrying failed request/.test(String(said[0]))) fail(new Error('the server answers with an error'));
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// Without a parent nobody hears of the result.
process.on('disconnect', () => process.exit(1));

process.once('message', (message) => {
  const job = uploadJobSchema.safeParse(message);
  if (!job.success) {
    fail(new Error('not a job'));
    return;
  }
  const { apiKey } = job.data;
  secrets = [Buffer.from(`api:${apiKey}`).toString('base64'), apiKey];
  uploadRun(job.data).then((url) => end({ ok: true, url }), fail);
});
