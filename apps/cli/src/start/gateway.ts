import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Clock, withDeadline } from '@bettertherapy/core';
import { openAdministration } from '@bettertherapy/store';
import { gatewayUrl, gatewayUrlFile, linkOf } from '../commands/key/database.js';
import { inviteDoctor } from '../commands/key/invite.js';
import { type Layout, migrationsDir } from './layout.js';
import type { StartOptions } from './options.js';

/** The model of the judge is loaded before the gateway listens. */
const GATEWAY_DEADLINE_MS = 180_000;
const POLL_MS = 200;
const HOST = '127.0.0.1';
/** How the list of keys calls those of earlier runs, which end when a new one is made. */
const KEY_NAME = 'npm start';
/** Marked as such: no real person stands behind it. */
const DEMONSTRATION_DOCTOR = 'Dr. Indra Gurung (demonstration)';
const DEMONSTRATION_TWIN = 'dr-indra-gurung';
const INVITATION_MS = 7 * 86_400_000;

/** Forgets where the gateway of an earlier run was, in case that one was killed. */
export function forgetGatewayAddress(layout: Layout): void {
  rmSync(gatewayUrlFile(layout.validator), { force: true });
}

/** The port the gateway will listen on, known before miners start so that they can be told; null when it is turned off. */
export async function chooseGatewayPort({ gateway }: StartOptions): Promise<number | null> {
  if (gateway.port === 'off') return null;
  const port = gateway.port === 'auto' ? 0 : Number(gateway.port);
  return port === 0 ? freePort() : port;
}

/** Where miners fetch the twins of a gateway on this port. */
export function gatewayAddress(port: number): string {
  return `http://${HOST}:${port}`;
}

/** Waits until the gateway listens and says how to get in, for patients first. */
export async function announceGateway(
  layout: Layout,
  parts: { readonly clock: Clock; readonly signal: AbortSignal; readonly note: (text: string) => void },
): Promise<void> {
  const { clock, signal, note } = parts;
  const wait = { what: 'start of the gateway', ms: GATEWAY_DEADLINE_MS, clock, signal };
  const url = await withDeadline(wait, async (inner) => {
    for (;;) {
      const found = gatewayUrl(layout.validator);
      if (found !== null) return found;
      await clock.sleep(POLL_MS, inner);
    }
  });
  const { operator, studio } = makeLinks(layout, url, clock);
  note(`operator ${operator}\n`);
  if (studio !== null) note(`studio ${studio}\n`);
  note(`open ${url}\n`);
}

/** Keys of this run; those of earlier runs end. */
function makeLinks(layout: Layout, url: string, clock: Clock): { operator: string; studio: string | null } {
  const desk = openAdministration({ file: layout.validatorDatabase, migrationsDir }, { clock });
  try {
    const nowMs = clock.wallMs();
    for (const { id, name } of desk.apiKeys.all()) if (name === KEY_NAME) desk.apiKeys.revoke(id, nowMs);
    const { key } = desk.apiKeys.create({
      name: KEY_NAME,
      scopes: ['operator', 'chat'],
      doctor: null,
      ratePerMinute: null,
      concurrency: null,
      createdMs: nowMs,
      expiresMs: null,
    });
    const expiresMs = nowMs + INVITATION_MS;
    const invited = inviteDoctor(desk, { doctor: DEMONSTRATION_DOCTOR, twins: [DEMONSTRATION_TWIN], nowMs, expiresMs });
    return { operator: linkOf(url, ['operator'], key) ?? url, studio: linkOf(url, ['studio'], invited.key) };
  } finally {
    desk.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  // A server that listens on TCP has an address with a port.
  return typeof address === 'object' && address !== null ? address.port : 0;
}
