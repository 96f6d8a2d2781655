import { subtensorFragment } from '@bettertherapy/config';
import { parseHotkey } from '@bettertherapy/core';
import { checkRow, type OpenedEvidence, parseCommitment } from '@bettertherapy/evidence';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { withChain } from '../chain.js';
import { jsonFlag } from '../flags.js';
import { print } from '../report.js';
import { readEvidence } from './files.js';

export const evidenceVerify = operatorCommand({
  about:
    'Checks that evidence files are what the validator signed, that they continue each other, and that the hash it put on chain is one of theirs.',
  positionals: '<file or folder>',
  schema: z.strictObject({ subtensor: subtensorFragment, json: jsonFlag }),
  finish: (values) => values,
  work: async ({ subtensor, json }, context, [path]) => {
    const { files, broken } = await readEvidence(path);
    const opened = files.map((one) => one.opened);
    const known = opened.length === 0 ? null : await withChain(subtensor, context, (chain) => onChain(chain, opened));
    const faults = checkRow(opened, known?.commitment ?? null);
    const bad = files.flatMap(({ file, opened: { faults: own } }) => own.map((fault) => ({ file, fault })));
    const genesis = opened.every(({ evidence }) => evidence.chain.genesis === known?.genesis);
    const ok = broken.length === 0 && bad.length === 0 && faults.length === 0 && genesis && known?.commitment != null;
    const text = [
      ...broken.map(({ file, error }) => `${file}: ${error}`),
      ...bad.map(({ file, fault }) => `${file}: the ${fault} does not fit the content`),
      ...faults.map(({ number, fault, details }) => `round ${number}: ${fault}: ${details}`),
      ...(genesis ? [] : ['the files are of another chain than the one asked']),
      known?.commitment
        ? `on chain: round ${known.commitment.number}, ${known.commitment.sha256}`
        : 'on chain: this validator has committed to no evidence',
      ok ? `${files.length} files are what the validator signed` : 'this evidence does not hold',
    ].join('\n');
    print(context, json, { json: { ok, broken, bad, faults, onChain: known?.commitment ?? null }, text });
    return ok ? 0 : 1;
  },
});

/** What the validator of the newest file has committed to. */
async function onChain(
  chain: Parameters<Parameters<typeof withChain>[2]>[0],
  files: readonly OpenedEvidence[],
): Promise<{ readonly genesis: string; readonly commitment: ReturnType<typeof parseCommitment> }> {
  const newest = files.at(-1)?.evidence;
  if (!newest) return { genesis: chain.genesisHash, commitment: null };
  const found = await chain.commitmentOf({ netuid: newest.chain.netuid, hotkey: parseHotkey(newest.validator) });
  return { genesis: chain.genesisHash, commitment: found ? parseCommitment(found.text) : null };
}
