import { CodedError } from '@bettertherapy/core';
import { openEnvelope, packProblems, packSha256, parsePack, type TwinPack } from '@bettertherapy/twins';
import { ready, verify } from '@bettertherapy/wallet';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { lines, print } from '../report.js';
import { oneWord } from './database.js';
import { readPackFile } from './packFile.js';
import { describePack } from './show.js';

export const twinVerify = operatorCommand({
  about: 'Checks a pack file: its shape, and, when it is signed, its hash and signature. Needs no validator.',
  positionals: '<file>',
  schema: z.strictObject({ json: jsonFlag }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const value = await readPackFile(oneWord(positionals, 'file'));
    const signed = typeof value === 'object' && value !== null && 'signature' in value;
    try {
      if (signed) await ready();
      const opened = signed ? openEnvelope(value, { verify }) : null;
      const pack = opened?.pack ?? parsePack(value);
      return print(context, config.json, {
        json: {
          ok: true,
          id: pack.id,
          version: pack.version,
          sha256: packSha256(pack),
          signer: opened?.signer ?? null,
        },
        text: `${goodText(pack, opened?.signer ?? null)}`,
      });
    } catch (error) {
      const problems = error instanceof CodedError ? error.details.problems : undefined;
      if (!Array.isArray(problems)) throw error;
      const found = signed ? problems : listAll(value, problems);
      print(context, config.json, {
        json: { ok: false, problems: found },
        text: `not a valid pack\n${lines(found.map(({ path, message }) => [path === '' ? '(whole)' : path, message]))}`,
      });
      return 1;
    }
  },
});

type Problem = { readonly path: string; readonly message: string };

function listAll(value: unknown, problems: readonly Problem[]): readonly Problem[] {
  // Without a version the content alone may still be good; then only the version is missing.
  const content = packProblems(value);
  return content.length === 0 ? [{ path: 'version', message: 'is missing; `twin import` gives one' }] : problems;
}

function goodText(pack: TwinPack, signer: string | null): string {
  const proof: [string, string][] = [
    ['sha256', packSha256(pack)],
    ['signed by', signer ?? 'nobody yet; publishing signs it'],
  ];
  return `a valid pack\n${describePack(pack)}\n${lines(proof)}`;
}
