import { REFUSALS, V10_PING_PATH } from '@bettertherapy/protocol';
import { ready } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY_MUTATIONS } from './bodyMutations.js';
import { FRAME_MUTATIONS, type Mutation } from './mutations.js';
import { RawClient, type RawReply, type RawRequest } from './rawRequest.js';
import { type RunningAxon, startAxon } from './runningAxon.js';
import { SeededRandom } from './seededRandom.js';
import { btauthCall, freshNonce, isSignedBy, v10Call } from './signedRequests.js';

/** Saved, so that a failing run can be repeated: the same seed gives the same mutations. */
const SEED = 0x0b7e2026;
const MUTANTS = 10_000;
const CONNECTIONS = 16;
/** After this many mutants a connection sends a correct call, which must be answered. */
const CORRECT_EVERY = 10;

const MUTATIONS: readonly (readonly [string, Mutation])[] = Object.entries({ ...FRAME_MUTATIONS, ...BODY_MUTATIONS });
const PROTOCOLS = ['v10', 'btauth1'] as const;

interface Seen {
  readonly label: string;
  readonly request: RawRequest;
  readonly reply: RawReply | null;
  /** Signed by the permitted caller over exactly what was sent. */
  readonly signed: boolean;
}

let axon: RunningAxon;
let serial = 0;

function correctCall(protocol: (typeof PROTOCOLS)[number], more: { readonly nonceNs?: bigint } = {}): RawRequest {
  serial += 1;
  const call = protocol === 'v10' ? v10Call : btauthCall;
  return call({
    signer: axon.validator,
    axonHotkey: axon.hotkey,
    port: axon.port,
    prompt: `Question ${serial}: how do I sleep better?`,
    requestId: `mutant-${serial}`,
    ...more,
  });
}

function mutant(random: SeededRandom): { label: string; request: RawRequest } {
  let request = correctCall(random.pick(PROTOCOLS));
  const labels: string[] = [];
  for (let rounds = random.chance(0.7) ? 1 : 2 + random.below(2); rounds > 0; rounds -= 1) {
    const [label, mutate] = random.pick(MUTATIONS);
    labels.push(label);
    if (request.headers.length > 2) request = mutate(request, random, { stranger: axon.stranger });
  }
  return { label: labels.join(' + '), request };
}

/** One connection's share of the work; each share has a seed of its own, so the order of replies does not matter. */
async function work(worker: number, count: number, seen: Seen[], correct: Seen[]): Promise<void> {
  const random = new SeededRandom(SEED + worker);
  const client = new RawClient({ port: axon.port, patienceMs: 15_000 });
  try {
    for (let n = 0; n < count; n += 1) {
      const { label, request } = mutant(random);
      const signed = isSignedBy(request, axon.validator, axon.hotkey);
      seen.push({ label, request, signed, reply: await client.send(request) });
      if (n % CORRECT_EVERY !== 0) continue;
      const fine = correctCall(random.pick(PROTOCOLS));
      correct.push({ label: 'correct', request: fine, signed: true, reply: await client.send(fine) });
    }
  } finally {
    client.close();
  }
}

function describeCase(entry: Seen): string {
  return `${entry.label}: ${entry.request.method} ${entry.request.target.slice(0, 60)} → ${entry.reply?.status ?? 'closed'} ${entry.reply?.body.slice(0, 120) ?? ''}`;
}

function codeOf(reply: RawReply): string {
  // A redirect says everything with its status, as SDK axons do.
  if (reply.status === REFUSALS.redirected.httpStatus && reply.body === '') return 'redirected';
  try {
    const body: unknown = JSON.parse(reply.body);
    return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'none';
  } catch {
    return 'not JSON';
  }
}

describe(`an axon under ${MUTANTS} mutated requests (seed 0x${SEED.toString(16)})`, () => {
  const seen: Seen[] = [];
  const correct: Seen[] = [];
  let answered = 0;

  beforeAll(async () => {
    await ready();
    axon = await startAxon();
    process.stderr.write(`axon mutations: seed 0x${SEED.toString(16)}, ${MUTANTS} requests\n`);
    const share = MUTANTS / CONNECTIONS;
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, worker) => work(worker, share, seen, correct)));
    answered = axon.answers();
  });

  afterAll(async () => {
    await axon.close();
  });

  it('sends all of them, with every mutation used at least fifty times', () => {
    expect(seen.length).toBe(MUTANTS);
    for (const [name] of MUTATIONS) {
      expect(seen.filter(({ label }) => label.split(' + ').includes(name)).length, name).toBeGreaterThanOrEqual(50);
    }
  });

  it('answers each with 200 or one of its typed refusals, and never with a 500', () => {
    const odd = seen.filter(({ reply }) => {
      const status = reply?.status ?? 0;
      return status !== 200 && (status < 300 || status > 599 || status === 500);
    });
    expect(odd.slice(0, 5).map(describeCase)).toEqual([]);
    const untyped = seen.filter(({ reply, request }) => {
      if (reply === null || reply.status === 200 || request.method === 'HEAD') return false;
      const known = Object.entries(REFUSALS).find(([code]) => code === codeOf(reply));
      return known === undefined || known[1].httpStatus !== reply.status;
    });
    expect(untyped.slice(0, 5).map(describeCase)).toEqual([]);
  });

  it('gives every refusal of one code the same body, byte for byte', () => {
    const bodies = new Map<string, Set<string>>();
    for (const { reply, request } of seen) {
      if (reply === null || reply.status === 200 || request.method === 'HEAD') continue;
      const code = codeOf(reply);
      bodies.set(code, (bodies.get(code) ?? new Set()).add(reply.body));
    }
    expect([...bodies].filter(([, texts]) => texts.size > 1)).toEqual([]);
    expect(bodies.size).toBeGreaterThanOrEqual(10);
  });

  it('calls the model only for what the permitted validator signed', () => {
    const stolen = seen.filter(({ reply, signed }) => reply?.status === 200 && !signed);
    expect(stolen.slice(0, 5).map(describeCase)).toEqual([]);
    const paid = [...seen, ...correct].filter(
      ({ reply, request }) => reply?.status === 200 && request.target !== V10_PING_PATH,
    ).length;
    expect(answered).toBe(paid);
  });

  it('keeps answering correct calls between them', () => {
    expect(correct.length).toBeGreaterThanOrEqual(MUTANTS / CORRECT_EVERY);
    expect(
      correct
        .filter(({ reply }) => reply?.status !== 200)
        .slice(0, 5)
        .map(describeCase),
    ).toEqual([]);
  });

  it.each(PROTOCOLS)(
    'refuses a correctly signed %s call that is old, early, repeated or from a stranger',
    async (kind) => {
      const client = new RawClient({ port: axon.port, patienceMs: 15_000 });
      const before = axon.answers();
      const codeFor = async (request: RawRequest): Promise<string> => {
        const reply = await client.send(request);
        return reply === null ? 'closed' : codeOf(reply);
      };
      const hour = 3_600_000_000_000n;
      expect(await codeFor(correctCall(kind, { nonceNs: freshNonce() - hour }))).toBe('stale');
      expect(await codeFor(correctCall(kind, { nonceNs: freshNonce() + hour }))).toMatch(/^(?:from_the_future|stale)$/);
      const make = kind === 'v10' ? v10Call : btauthCall;
      const base = { axonHotkey: axon.hotkey, port: axon.port, prompt: 'Hello?', requestId: 'r' };
      expect(await codeFor(make({ ...base, signer: axon.stranger }))).toBe('unregistered');
      expect(await codeFor(make({ ...base, signer: axon.validator, axonHotkey: axon.stranger.address }))).toMatch(
        /^(?:wrong_receiver|bad_signature)$/,
      );
      expect(axon.answers()).toBe(before);
      const once = correctCall(kind);
      expect((await client.send(once))?.status).toBe(200);
      expect(await codeFor(once)).toBe('replayed');
      expect(axon.answers()).toBe(before + 1);
      client.close();
    },
  );
});
