import { get } from 'node:https';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Clock, describeError, isPublicAddress, type Logger, withDeadline } from '@bettertherapy/core';
import { MinerErrorCode, minerError } from '../errors.js';

/** Services that answer with the caller's address in plain text; two must agree. */
const ECHOES = ['https://checkip.amazonaws.com', 'https://api.ipify.org', 'https://icanhazip.com'];
const ECHO_DEADLINE_MS = 5_000;
const ECHO_AGREEMENT = 2;
const MAX_REPLY_CHARS = 64;

/** True for an IPv4 address that can be reached from the internet. */
export function isPublicIpv4(address: string): boolean {
  return isIPv4(address) && isPublicAddress(address);
}

/**
 * The address to publish when the operator named none: a public one of this machine, else one on which two echo
 * services agree. On a chain on this machine nobody outside is asked.
 * @throws CodedError MINER_ADDRESS_UNKNOWN
 */
export async function findExternalIp(
  options: { readonly chainIsLocal: boolean },
  parts: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<string> {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
  const open = own.find(isPublicIpv4);
  if (open !== undefined) return open;
  const local = own[0];
  if (options.chainIsLocal && local !== undefined) return local;
  const heard = options.chainIsLocal ? null : await askEchoes(parts, signal);
  if (heard !== null) return heard;
  throw minerError(
    MinerErrorCode.AddressUnknown,
    'the address under which others reach this machine is not known',
    'Give it with --axon.external_ip.',
  );
}

async function askEchoes(
  parts: { readonly clock: Clock; readonly log: Logger },
  signal: AbortSignal,
): Promise<string | null> {
  const heard = await Promise.all(
    ECHOES.map(async (url) => {
      try {
        const bound = { what: `echo of ${url}`, ms: ECHO_DEADLINE_MS, signal, clock: parts.clock };
        return await withDeadline(bound, (stop) => readAddress(url, stop));
      } catch (error) {
        parts.log.debug('echo service did not answer', { url, error: describeError(error) });
        return null;
      }
    }),
  );
  const counts = new Map<string, number>();
  for (const ip of heard) if (ip !== null) counts.set(ip, (counts.get(ip) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= ECHO_AGREEMENT)?.[0] ?? null;
}

function readAddress(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { signal, family: 4 }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_REPLY_CHARS) reply.destroy(new Error('the reply is too long'));
      });
      reply.on('error', reject);
      reply.on('end', () => {
        const ip = text.trim();
        if (reply.statusCode === 200 && isPublicIpv4(ip)) resolve(ip);
        else reject(new Error(`status ${reply.statusCode}, not an address`));
      });
    }).on('error', reject);
  });
}
