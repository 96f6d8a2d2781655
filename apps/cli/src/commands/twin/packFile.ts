import { readFile, stat } from 'node:fs/promises';
import { MAX_ENVELOPE_BYTES } from '@bettertherapy/twins';
import { CliErrorCode, cliError } from '../errors.js';

/** Spaces and line breaks may take as much again as the content. */
const MAX_FILE_BYTES = 4 * MAX_ENVELOPE_BYTES;

/** The JSON of a pack file. @throws CodedError CLI_USAGE */
export async function readPackFile(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) throw new Error('it is too large for a pack');
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw cliError(CliErrorCode.Usage, `${file} cannot be read as a pack`, {
      remedy: 'Give a JSON file with a pack, signed or not.',
      cause,
    });
  }
}
