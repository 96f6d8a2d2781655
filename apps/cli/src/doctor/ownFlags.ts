import { discordFragment, option, wandbFragment } from '@bettertherapy/config';
import { z } from 'zod';

/** The doctor's own flags. Every other flag is the daemon's, and is handed to it. */
export const ownSchema = z.strictObject({
  as: option(z.enum(['miner', 'validator']).default('miner'), { help: 'which daemon the flags are meant for' }),
  json: option(z.boolean().default(false), { help: 'JSON for scripts' }),
  discord: discordFragment,
  wandb: wandbFragment.pick({ off: true, offline: true, apiKey: true, baseUrl: true }),
});

/** Flags with a value, and those without, by which the arguments are told apart. */
const WITH_VALUE = new Set(['as', 'discord.webhook', 'wandb.api_key', 'wandb.base_url']);
const ALONE = new Set(['json', 'wandb.off', 'wandb.offline', 'help', 'version', 'print-config', 'print-options']);

/** Arguments for the doctor itself, and those for the daemon. */
export function splitFlags(argv: readonly string[]): { readonly own: string[]; readonly daemon: string[] } {
  const own: string[] = [];
  const daemon: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const [, negation = '', name = '', given] = /^--(no-)?([\w.-]+?)(=.*)?$/s.exec(word) ?? [];
    const flag = name.includes('.') ? name.replaceAll('-', '_') : name;
    const next = argv[at + 1];
    if (word === '-h' || ALONE.has(flag)) own.push(word);
    else if (negation === '' && WITH_VALUE.has(flag)) {
      own.push(word);
      if (given === undefined && next !== undefined) {
        own.push(next);
        at += 1;
      }
    } else daemon.push(word);
  }
  return { own, daemon };
}
