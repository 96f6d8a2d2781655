import { rename, writeFile } from 'node:fs/promises';
import { type PackProblem, packProblems, type TwinDraft } from '@bettertherapy/twins';
import { CliErrorCode, cliError } from '../errors.js';
import { readPackFile } from './packFile.js';

/**
 * Changes an unsigned pack in a file, with or without a version. @returns what keeps it from being published
 * @throws CodedError CLI_USAGE for a file that is none, or one that is signed: another text would break the signature
 */
export async function changeDraftFile(file: string, change: (draft: TwinDraft) => TwinDraft): Promise<PackProblem[]> {
  const value = await readPackFile(file);
  if (!isDraft(value) || 'signature' in value) {
    throw cliError(CliErrorCode.Usage, `${file} holds no pack that can be changed`, {
      remedy: 'Give an unsigned pack, such as `pnpm bt twin show ID --json` prints.',
    });
  }
  const changed = change(value);
  const part = `${file}.part`;
  await writeFile(part, `${JSON.stringify(changed, null, 2)}\n`);
  await rename(part, file);
  const { version: _version, ...content } = changed;
  return packProblems(content);
}

/** What JSON.parse made is JSON; only that it is an object is to be seen. */
function isDraft(value: unknown): value is TwinDraft {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
