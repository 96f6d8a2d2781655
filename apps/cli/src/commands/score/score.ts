import { option, walletFragment } from '@bettertherapy/config';
import { checkRow, hotkeysOf, scoreCard } from '@bettertherapy/evidence';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { newestEvidence } from '../evidence/soundEvidence.js';
import { jsonFlag } from '../flags.js';
import { hotkeyAddress } from '../keys.js';
import { print } from '../report.js';
import { scoreText } from './scoreText.js';

export const scoreCommand = operatorCommand({
  about:
    "Fetches the signed evidence of a validator's newest rounds, checks it, and shows for every question of one miner what its score was made of, its place, the course of its average, and in words why it is not higher.",
  schema: z.strictObject({
    validator: option(z.url(), { help: "address of the validator's gateway", placeholder: 'http://…' }),
    hotkey: option(z.string().min(1).nullable().default(null), {
      help: 'whose score',
      defaultText: 'the hotkey of the wallet',
      placeholder: 'ss58',
    }),
    wallet: walletFragment,
    rounds: option(z.int().min(1).max(500).default(5), { help: 'newest rounds to look at' }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ validator, hotkey: given, wallet, rounds, json }, context) => {
    const hotkey = await hotkeyAddress(wallet, given);
    const opened = await newestEvidence(validator, rounds, context.signal);
    const [fault] = checkRow(opened, null);
    if (fault) {
      throw cliError(CliErrorCode.BrokenEvidence, `round ${fault.number}: ${fault.fault}: ${fault.details}`, {
        remedy: 'These rounds do not continue each other; ask the validator why.',
      });
    }
    const evidence = opened.map((one) => one.evidence);
    const known = hotkeysOf(evidence);
    if (!known.includes(hotkey)) {
      throw cliError(CliErrorCode.Usage, `${hotkey} was in none of the last ${evidence.length} rounds`, {
        remedy:
          'Look further back with --rounds, and check that the miner is registered, serves, and is not capped by its address.',
        details: { hotkeys: known },
      });
    }
    const card = scoreCard(evidence, hotkey);
    return print(context, json, { json: card, text: scoreText(card) });
  },
});
