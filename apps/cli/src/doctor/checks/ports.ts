import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { systemClock, withDeadline } from '@bettertherapy/core';
import { type Finding, line } from '../finding.js';
import type { Settings } from '../settings.js';

const CONNECT_DEADLINE_MS = 4_000;

/** Whether the daemon can listen where it is told to, and whether its axon is reachable under its public address. */
export async function checkPorts(
  settings: Settings,
  known: { readonly running: boolean; readonly published: { readonly ip: string; readonly port: number } | null },
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (settings.axon !== null) findings.push(...(await checkAxon(settings.axon, known, signal)));
  for (const { flag, host, port } of settings.ports) {
    const id = flag.replace('.', '_');
    const title = `Port, ${flag.split('.')[0]}`;
    const held = await listen(host, port);
    findings.push(boundFinding(line(id, title), { host, port, flag }, held, known.running));
    if ('server' in held) await close(held.server);
  }
  return findings;
}

async function checkAxon(
  axon: NonNullable<Settings['axon']>,
  known: { readonly running: boolean; readonly published: { readonly ip: string; readonly port: number } | null },
  signal: AbortSignal,
): Promise<Finding[]> {
  const port = line('axon_port', 'Axon port');
  if (axon.port === 0) return [port.ok('any free one (--axon.port 0)')];
  const held = await listen(axon.ip, axon.port);
  const bound = boundFinding(port, { host: axon.ip, port: axon.port, flag: 'axon.port' }, held, known.running);
  try {
    const outside = {
      ip: axon.externalIp ?? known.published?.ip ?? publicAddress(),
      port: axon.externalPort ?? axon.port,
    };
    const token = 'server' in held ? held.token : null;
    return bound.state === 'fail' ? [bound] : [bound, await reachFinding(outside, token, signal)];
  } finally {
    if ('server' in held) await close(held.server);
  }
}

async function reachFinding(
  { ip, port }: { readonly ip: string | null; readonly port: number },
  token: string | null,
  signal: AbortSignal,
): Promise<Finding> {
  const reach = line('axon_reachable', 'Axon from outside');
  if (ip === null) {
    const text = 'no address of this machine is public; the miner will ask echo services for the one it has';
    return reach.warn(text, '--axon.external_ip ADDRESS, and forward the port to this machine');
  }
  const answered = await tryConnect(ip, port, token, signal);
  if (answered) return reach.ok(`${ip}:${port} leads here, tried from this machine`);
  const text = `${ip}:${port} does not lead here when tried from this machine; some routers never let that through`;
  return reach.warn(
    text,
    `From another machine: curl -m 5 http://${ip}:${port}/ ; when it times out, open TCP ${port}`,
  );
}

type Held = { readonly server: Server; readonly token: string } | { readonly code: string };

/** Listens and tells every caller a token, so that reaching it can be told from reaching somebody else. */
function listen(host: string, port: number): Promise<Held> {
  const token = randomBytes(12).toString('hex');
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(token);
  });
  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ code: 'code' in error ? String(error.code) : error.message }));
    server.listen({ host, port, exclusive: true }, () => resolve({ server, token }));
  });
}

function boundFinding(
  port: ReturnType<typeof line>,
  at: { readonly host: string; readonly port: number; readonly flag: string },
  held: Held,
  running: boolean,
): Finding {
  if ('server' in held) return port.ok(`${at.host}:${at.port} is free`);
  if (held.code === 'EADDRINUSE') {
    if (running) return port.ok(`${at.host}:${at.port} is in use, and the daemon runs`);
    const text = `${at.host}:${at.port} is in use by another program`;
    return port.fail(text, `ss -ltnp 'sport = :${at.port}' names it; stop it, or choose another: --${at.flag} PORT`);
  }
  if (held.code === 'EACCES') {
    return port.fail(`this user may not listen on port ${at.port}`, `A port above 1024: --${at.flag} 8091`);
  }
  return port.fail(
    `cannot listen on ${at.host}:${at.port} (${held.code})`,
    `An address of this machine, or 0.0.0.0: --${at.flag.split('.')[0]}.ip 0.0.0.0`,
  );
}

/** True when a connection comes about, and, where a token is given, leads to the listener that tells it. */
async function tryConnect(host: string, port: number, token: string | null, signal: AbortSignal): Promise<boolean> {
  const limit = { what: 'a connection', ms: CONNECT_DEADLINE_MS, signal, clock: systemClock };
  try {
    return await withDeadline(limit, (stop) => dial(host, port, token, stop));
  } catch {
    signal.throwIfAborted();
    // Refused, unroutable or silent: all mean that nobody gets through here.
    return false;
  }
}

function dial(host: string, port: number, token: string | null, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    let heard = '';
    socket.on('error', reject);
    socket.on('connect', () => {
      if (token !== null) return;
      socket.destroy();
      resolve(true);
    });
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (heard.length > 1024) socket.destroy();
    });
    socket.on('close', () => resolve(heard === token));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** An IPv4 address of this machine that is not of a private range; null when there is none. */
function publicAddress(): string | null {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const open = own.find(({ family, internal, address }) => family === 'IPv4' && !internal && !PRIVATE.test(address));
  return open?.address ?? null;
}

const PRIVATE = /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
