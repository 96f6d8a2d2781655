import { z } from 'zod';
import { option } from '../option.js';

/** `--discord.webhook`: where incidents are told. */
export const discordFragment = z.strictObject({
  webhook: option(
    z
      .string()
      .regex(/^https?:\/\/\S+$/, 'expected the address of a webhook')
      .nullable()
      .default(null),
    {
      help: 'Discord webhook that is told of incidents; better given by environment',
      env: ['BT_DISCORD_WEBHOOK', 'DISCORD_WEBHOOK_URL'],
      secret: true,
      defaultText: 'none',
      placeholder: 'url',
    },
  ),
});
export type DiscordConfig = z.output<typeof discordFragment>;
