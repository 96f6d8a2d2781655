import { z } from 'zod';
import { option } from '../option.js';

/** `--data.dir` of an app; the default is `.bettertherapy/<app>` under the working directory. */
export function dataFragment(app: string) {
  return z.strictObject({
    dir: option(z.string().min(1).default(`.bettertherapy/${app}`), {
      help: 'folder for the database and other state',
      placeholder: 'folder',
    }),
  });
}
export type DataConfig = z.output<ReturnType<typeof dataFragment>>;

/** A port, `auto` for any free one, or `off`. */
export const portWord = z
  .union([z.int().min(0), z.string().regex(/^(auto|off|\d{1,5})$/)], { error: 'expected a port number, auto or off' })
  .refine((value) => !(Number(value) > 65_535), 'expected a port number below 65536');

/** `--health.port`: `/health`, `/ready` and `/metrics` on loopback. */
export const healthFragment = z.strictObject({
  port: option(portWord.default('auto'), {
    help: 'loopback port of /health, /ready and /metrics; auto picks one and logs it, 0 or off turns it off',
    placeholder: 'port|auto|off',
  }),
});
export type HealthConfig = z.output<typeof healthFragment>;

/** The port to listen on: a number, 0 for any free one, null for none. */
export function healthPort(health: HealthConfig): number | null {
  if (health.port === 'auto') return 0;
  const port = health.port === 'off' ? 0 : Number(health.port);
  return port === 0 ? null : port;
}
