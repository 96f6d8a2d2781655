import { createPrivateKey, sign as nodeSign } from 'node:crypto';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { type BtauthScheme, btauthPayload, INFERENCE_PATH, verifyAuth } from '@bettertherapy/protocol';
import { freePort, temporaryFolder } from '@bettertherapy/testkit';
import { type AxonTarget, Dendrite, type DendriteReply } from '@bettertherapy/transport';
import { asHotkey, ready, type Signer, signerFromUri, verify, verifyEd25519 } from '@bettertherapy/wallet';
import { request as undiciRequest } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AxonUnderTest, startAxonUnderTest } from './axonUnderTest.js';
import { openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { UNUSUAL_PROMPTS } from './python.js';
import { PythonProgram } from './pythonProgram.js';
import { type HeaderChange, RewritingProxy } from './rewritingProxy.js';

const sdk = await openEnvironment('sdk-11.3');
const home = temporaryFolder('interop-btauth');

type Headers = Record<string, string>;
interface Verdict {
  readonly failure?: string;
  readonly hotkey?: string;
}
interface HttpReply {
  readonly status: number;
  readonly body: Record<string, unknown> | null;
}

const keyOf = (uri: string): Signer<Hotkey> => asHotkey(signerFromUri(uri));
const nowNs = (): bigint => BigInt(systemClock.wallMs()) * 1_000_000n;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

/** Our verifier as a server with a registry of schemes uses it; here the registry believes the request. */
function ourVerdict(request: {
  headers: Headers;
  body: string;
  receiver: string;
  method?: string;
  path?: string;
}): Verdict {
  const lower = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const result = verifyAuth({
    headers: lower,
    method: request.method ?? 'POST',
    target: request.path ?? INFERENCE_PATH,
    body: bytes(request.body),
    selfHotkey: request.receiver,
    nowNs: nowNs(),
    schemeOf: () => (lower['x-bittensor-crypto'] === 'ed25519' ? 'ed25519' : 'sr25519'),
    verify: { sr25519: verify, ed25519: verifyEd25519 },
  });
  return result.ok ? { hotkey: result.sender } : { failure: result.failure };
}

/** A request changed after it was signed, and what both verifiers must say to it. */
const CHANGES: readonly {
  readonly what: string;
  readonly headers?: HeaderChange;
  readonly body?: string;
  readonly method?: string;
  readonly path?: string;
  readonly failure: string | null;
}[] = [
  { what: 'nothing', failure: null },
  { what: 'the version', headers: { 'X-Bittensor-Version': '2' }, failure: 'MalformedAuth' },
  { what: 'the version away', headers: { 'X-Bittensor-Version': null }, failure: 'MalformedAuth' },
  { what: 'the sender away', headers: { 'X-Bittensor-Hotkey': null }, failure: 'MalformedAuth' },
  { what: 'the nonce away', headers: { 'X-Bittensor-Nonce': null }, failure: 'MalformedAuth' },
  { what: 'the nonce to words', headers: { 'X-Bittensor-Nonce': 'soon' }, failure: 'MalformedAuth' },
  { what: 'the signature away', headers: { 'X-Bittensor-Signature': null }, failure: 'MalformedAuth' },
  { what: 'the signature to no hex', headers: { 'X-Bittensor-Signature': '0xzz' }, failure: 'MalformedAuth' },
  {
    what: 'the signature to half',
    headers: { 'X-Bittensor-Signature': `0x${'ab'.repeat(32)}` },
    failure: 'MalformedAuth',
  },
  { what: 'the scheme to an unknown one', headers: { 'X-Bittensor-Crypto': 'rot13' }, failure: 'MalformedAuth' },
  { what: 'the sender to no address', headers: { 'X-Bittensor-Hotkey': '5Nobody' }, failure: 'MalformedAuth' },
  { what: 'the receiver away', headers: { 'X-Bittensor-Receiver': null }, failure: 'WrongReceiver' },
  {
    what: 'the receiver',
    headers: { 'X-Bittensor-Receiver': '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' },
    failure: 'WrongReceiver',
  },
  { what: 'the nonce to last year', headers: { 'X-Bittensor-Nonce': '1600000000000000000' }, failure: 'StaleRequest' },
  { what: 'the nonce to far ahead', headers: { 'X-Bittensor-Nonce': '4000000000000000000' }, failure: 'StaleRequest' },
  { what: 'the body', body: '{"prompt":"something else"}', failure: 'BadSignature' },
  { what: 'the method', method: 'PUT', failure: 'BadSignature' },
  { what: 'the path', path: '/v1/other', failure: 'BadSignature' },
  { what: 'the query', path: `${INFERENCE_PATH}?x=1`, failure: 'BadSignature' },
  {
    what: 'the sender to another',
    headers: { 'X-Bittensor-Hotkey': '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' },
    failure: 'BadSignature',
  },
];

/** Header names without regard to case, as HTTP has them. */
function changed(headers: Headers, change: HeaderChange): Headers {
  const out = { ...headers };
  for (const [name, value] of Object.entries(change)) {
    for (const own of Object.keys(out)) if (own.toLowerCase() === name.toLowerCase()) delete out[own];
    if (value !== null) out[name] = value;
  }
  return out;
}

/** Signs as RFC 8032 with Node's own implementation, for a peer whose hotkey is an ed25519 one. */
function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });
  return nodeSign(null, message, key);
}

function signOurs(
  sender: { scheme: BtauthScheme; address: string; sign: (m: Uint8Array) => Uint8Array },
  receiver: string,
  body: string,
): Headers {
  const nonceNs = nowNs();
  const { scheme, address } = sender;
  const fields = { method: 'POST', target: INFERENCE_PATH, body: bytes(body), nonceNs, sender: address, receiver };
  return {
    'X-Bittensor-Version': '1',
    'X-Bittensor-Hotkey': address,
    'X-Bittensor-Nonce': String(nonceNs),
    'X-Bittensor-Signature': `0x${hex(sender.sign(btauthPayload({ ...fields, scheme })))}`,
    'X-Bittensor-Receiver': receiver,
    ...(scheme === 'sr25519' ? {} : { 'X-Bittensor-Crypto': scheme }),
  };
}

interopPart('btauth/1 with the http_auth of the Python SDK 11.3', sdk, () => {
  let python: PythonProgram;
  let receiver: string;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    await ready();
    python = new PythonProgram(sdk, { script: 'v11_auth.py', home: home.path });
    const versions = await python.call<Record<string, string>>('info');
    console.info(`interop: sdk-11.3 is ${JSON.stringify(versions)}`);
    expect(versions.bittensor).toBe('11.3.0');
    receiver = keyOf('//Miner').address;
  });
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });
  afterAll(async () => {
    await python?.close();
    home.remove();
  });

  describe.each(['sr25519', 'ed25519'] as const)('requests signed with %s', (scheme) => {
    const body = '{"prompt":"Ich schlafe schlecht 😴","request_id":"btai_1"}';

    it.each(CHANGES)('by Python get the same verdict from both when somebody changes $what', async (change) => {
      const honest = await python.call<Headers>('sign', { uri: '//Validator', body, receiver, scheme });
      const { method, path } = change;
      const request = { headers: changed(honest, change.headers ?? {}), body: change.body ?? body, receiver };
      const at = { ...(method === undefined ? {} : { method }), ...(path === undefined ? {} : { path }) };
      const theirs = await python.call<Verdict>('verify', { ...request, ...at });
      const ours = ourVerdict({ ...request, ...at });
      expect(ours.failure ?? null).toBe(change.failure);
      expect(theirs.failure ?? null).toBe(change.failure);
      if (change.failure === null) expect(ours.hotkey).toBe(theirs.hotkey);
    });

    it.each(CHANGES)('by us get the same verdict from both when somebody changes $what', async (change) => {
      const seed = new Uint8Array(32).fill(7);
      const address = await python.call<string>('address', { uri: `0x${hex(seed)}`, scheme });
      const signer = signerFromUri(`0x${hex(seed)}`);
      const sign = scheme === 'ed25519' ? (m: Uint8Array) => signEd25519(seed, m) : signer.sign;
      const honest = signOurs({ scheme, address, sign }, receiver, body);
      const { method, path } = change;
      const request = { headers: changed(honest, change.headers ?? {}), body: change.body ?? body, receiver };
      const at = { ...(method === undefined ? {} : { method }), ...(path === undefined ? {} : { path }) };
      const theirs = await python.call<Verdict>('verify', { ...request, ...at });
      expect(theirs.failure ?? null).toBe(change.failure);
      expect(ourVerdict({ ...request, ...at }).failure ?? null).toBe(change.failure);
    });

    it.each([
      { ageSeconds: 9, failure: null },
      { ageSeconds: 11, failure: 'StaleRequest' },
      { ageSeconds: -1, failure: null },
      { ageSeconds: -4, failure: 'StaleRequest' },
    ])('$ageSeconds seconds ago are judged alike', async ({ ageSeconds, failure }) => {
      const headers = await python.call<Headers>('sign', { uri: '//Validator', body, receiver, scheme, ageSeconds });
      const theirs = await python.call<Verdict>('verify', { headers, body, receiver });
      expect(theirs.failure ?? null).toBe(failure);
      expect(ourVerdict({ headers, body, receiver }).failure ?? null).toBe(failure);
    });

    it('have the same bytes to sign', async () => {
      const fields = { scheme, path: '/a%20b?q=%C3%A9&r', sender: receiver, nonceNs: '1700000000000000001' };
      for (const to of [receiver, null]) {
        const theirs = await python.call<string>('payload', { ...fields, method: 'post', body, receiver: to });
        const { path: target, nonceNs, ...rest } = fields;
        const ours = { ...rest, target, method: 'post', body: bytes(body), nonceNs: BigInt(nonceNs), receiver: to };
        expect(hex(btauthPayload(ours))).toBe(theirs);
      }
    });
  });

  it.each<{ what: string; change: (headers: Headers) => HeaderChange }>([
    { what: 'a scheme in capitals', change: () => ({ 'X-Bittensor-Crypto': 'SR25519' }) },
    { what: 'a scheme by number', change: () => ({ 'X-Bittensor-Crypto': '1' }) },
    {
      what: 'a signature without 0x',
      change: (headers) => ({ 'X-Bittensor-Signature': headers['X-Bittensor-Signature']?.slice(2) ?? null }),
    },
    {
      what: 'a nonce with a sign',
      change: (headers) => ({ 'X-Bittensor-Nonce': `+${headers['X-Bittensor-Nonce']}` }),
    },
  ])('takes only the canonical form where Python also takes $what', async ({ change }) => {
    const headers = await python.call<Headers>('sign', { uri: '//Validator', body: '{}', receiver });
    const request = { headers: changed(headers, change(headers)), body: '{}', receiver };
    expect((await python.call<Verdict>('verify', request)).failure).toBeUndefined();
    expect(ourVerdict(request)).toEqual({ failure: 'MalformedAuth' });
  });

  describe('a Python client at our axon', () => {
    const start = async (settings: Parameters<typeof startAxonUnderTest>[0] = {}): Promise<AxonUnderTest> => {
      const axon = await startAxonUnderTest(settings);
      closers.push(() => axon.close());
      return axon;
    };
    const post = async (axon: AxonUnderTest, more: Record<string, unknown> = {}): Promise<HttpReply[]> =>
      python.call<HttpReply[]>('post', {
        target: axon.target,
        uri: '//Validator',
        prompt: 'I cannot sleep.',
        requestId: 'btai_1',
        ...more,
      });

    it('gets an answer with its request id and the time it took', async () => {
      const [reply] = await post(await start());
      expect(reply).toMatchObject({
        status: 200,
        body: { request_id: 'btai_1', output: 'answer to I cannot sleep.', process_time: expect.any(Number) },
      });
    });

    it.each(Object.entries(UNUSUAL_PROMPTS))('keeps %s unchanged', async (_name, prompt) => {
      const [reply] = await post(await start(), { prompt });
      expect(reply).toMatchObject({ status: 200, body: { output: `answer to ${prompt}` } });
    });

    it('is answered 64 times at once', async () => {
      const axon = await start();
      const request = { target: axon.target, uri: '//Validator', prompt: 'hi', count: 64 };
      const replies = await python.call<HttpReply[]>('postMany', request);
      expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 200));
      expect(replies).toHaveLength(64);
    });

    it('is refused with 401 when it sends the same request again', async () => {
      const axon = await start();
      expect((await post(axon, { times: 2 })).map((reply) => reply.status)).toEqual([200, 401]);
      expect(axon.refusals).toEqual(['replayed']);
    });

    it('is answered with an ed25519 key that we were told of; the same request again is refused', async () => {
      const sender = await python.call<string>('address', { uri: '//Validator', scheme: 'ed25519' });
      const axon = await start({ options: { ed25519Hotkeys: new Set([sender]) } });
      const [reply] = await post(axon, { scheme: 'ed25519', prompt: 'hi' });
      expect(reply).toMatchObject({ status: 200, body: { output: 'answer to hi' } });
      expect((await post(axon, { scheme: 'ed25519', times: 2 })).map(({ status }) => status)).toEqual([200, 401]);
      expect(axon.refusals).toEqual(['replayed']);
    });

    it('is refused with 401 when its key is of a scheme that we do not expect of it', async () => {
      const axon = await start();
      expect((await post(axon, { scheme: 'ed25519' }))[0]?.status).toBe(401);
      expect(axon.refusals).toEqual(['bad_signature']);
    });

    it('is refused with 403 when it is known and not welcome', async () => {
      const axon = await start({
        policy: () => ({ allow: false, code: 'no_permit', message: 'Non-validator hotkey.' }),
      });
      const [reply] = await post(axon);
      expect(reply?.status).toBe(403);
      expect(reply?.body?.detail).toBe(reply?.body?.message);
    });

    const codes: Record<string, string> = {
      MalformedAuth: 'malformed_auth',
      WrongReceiver: 'wrong_receiver',
      StaleRequest: 'stale',
      BadSignature: 'bad_signature',
    };
    const overHttp = CHANGES.flatMap((change) =>
      // Without its version a request is none of this protocol; the path and the method choose the route.
      change.failure === null || change.what === 'the version away' || change.method || change.path === '/v1/other'
        ? []
        : [{ ...change, failure: change.failure }],
    );
    const withSchemes = (['sr25519', 'ed25519'] as const).flatMap((scheme) =>
      overHttp.map((change) => ({ ...change, scheme })),
    );
    it.each(withSchemes)('with $scheme is refused with 401 when somebody changes $what', async (change) => {
      const { scheme } = change;
      const sender = await python.call<string>('address', { uri: '//Validator', scheme });
      const axon = await start({ options: { ed25519Hotkeys: new Set(scheme === 'ed25519' ? [sender] : []) } });
      const body = JSON.stringify({ prompt: 'hi', request_id: 'btai_1' });
      const honest = await python.call<Headers>('sign', { uri: '//Validator', body, receiver, scheme });
      const reply = await python.call<HttpReply>('send', {
        target: axon.target,
        headers: changed(honest, change.headers ?? {}),
        body: change.body ?? body,
        path: change.path ?? INFERENCE_PATH,
      });
      // A sender that is changed is another, of whom the usual scheme is expected.
      const isOther = scheme === 'ed25519' && change.what.startsWith('the sender to');
      const code = codes[isOther ? 'BadSignature' : change.failure];
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({ detail: expect.any(String), code });
      expect(axon.refusals).toEqual([code]);
    });

    it('is refused with 401 without the headers of any protocol', async () => {
      const axon = await start();
      const reply = await python.call<HttpReply>('send', { target: axon.target, headers: {}, body: '{}' });
      expect(reply.status).toBe(401);
      expect(axon.refusals).toEqual(['no_signature']);
    });
  });

  describe('our dendrite at a Python server', () => {
    let port: number;
    let target: AxonTarget;
    let dendrite: Dendrite;

    beforeAll(async () => {
      port = await freePort();
      const unwelcome = [keyOf('//Unwelcome').address];
      const own = await python.call<string>('serve', { uri: '//PythonMiner', port, unwelcome });
      expect(own).toBe(keyOf('//PythonMiner').address);
      target = { hotkey: keyOf('//PythonMiner').address, ip: '127.0.0.1', port, protocol: 'btauth1' };
    });
    const open = (uri = '//Validator'): void => {
      dendrite = new Dendrite({ signer: keyOf(uri) }, { clock: systemClock, log: silentLogger, metrics: null });
      closers.push(() => dendrite.close());
    };
    const ask = (prompt: string, more: Partial<AxonTarget> = {}, deadlineMs = 20_000): Promise<DendriteReply> =>
      dendrite.query({ ...target, ...more }, { prompt, requestId: 'btai_1' }, { deadlineMs });

    it('gets an answer with the times of both sides', async () => {
      open();
      const reply = await ask('!sleep 0.1');
      expect(reply).toMatchObject({ ok: true, statusCode: 200, output: 'answer to !sleep 0.1', protocol: 'btauth1' });
      expect(reply.axonProcessMs).toBeGreaterThanOrEqual(99);
      expect(reply.responseMs).toBeGreaterThanOrEqual(reply.axonProcessMs ?? Number.POSITIVE_INFINITY);
    });

    it.each(Object.entries(UNUSUAL_PROMPTS))('keeps %s unchanged', async (_name, prompt) => {
      open();
      expect(await ask(prompt)).toMatchObject({ ok: true, output: `answer to ${prompt}` });
    });

    describe.each(['sr25519', 'ed25519'] as const)('or anybody who signs with %s as we do', (scheme) => {
      const seed = new Uint8Array(32).fill(9);
      const body = '{"prompt":"Ich schlafe schlecht 😴","request_id":"btai_1"}';
      const send = async (change: (typeof CHANGES)[number] | null, times = 1): Promise<HttpReply[]> => {
        const address = await python.call<string>('address', { uri: `0x${hex(seed)}`, scheme });
        const own = signerFromUri(`0x${hex(seed)}`);
        const sign = scheme === 'ed25519' ? (m: Uint8Array) => signEd25519(seed, m) : own.sign;
        const headers = changed(signOurs({ scheme, address, sign }, target.hotkey, body), change?.headers ?? {});
        const replies: HttpReply[] = [];
        for (let at = 0; at < times; at += 1) {
          const reply = await undiciRequest(`http://127.0.0.1:${port}${change?.path ?? INFERENCE_PATH}`, {
            method: change?.method === 'PUT' ? 'PUT' : 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: change?.body ?? body,
          });
          // FastAPI answers with a JSON object.
          replies.push({ status: reply.statusCode, body: (await reply.body.json()) as HttpReply['body'] });
        }
        return replies;
      };

      it.each(CHANGES)('is told so when somebody changes $what', async (change) => {
        const [reply] = await send(change);
        expect(reply?.status).toBe(change.failure === null ? 200 : 401);
        if (change.failure !== null) expect(reply?.body?.detail).toMatch(new RegExp(`^${change.failure}: `));
      });

      it('is answered once, and told ReplayedRequest the second time', async () => {
        const replies = await send(null, 2);
        expect(replies.map((reply) => reply.status)).toEqual([200, 401]);
        expect(replies[1]?.body?.detail).toMatch(/^ReplayedRequest: /);
      });
    });

    it('goes by the version that the axon published', async () => {
      open();
      const { protocol: _protocol, ...published } = target;
      const reply = await dendrite.query(
        { ...published, version: 12_001_000 },
        { prompt: 'hi', requestId: 'btai_2' },
        { deadlineMs: 20_000 },
      );
      expect(reply).toMatchObject({ ok: true, protocol: 'btauth1' });
    });

    it('gets 64 questions answered that it asks at once', async () => {
      open();
      const calls = Array.from({ length: 64 }, (_, at) => ({
        target,
        request: { prompt: `q${at}`, requestId: `btai_${at}` },
      }));
      const replies = await dendrite.queryMany(calls, { deadlineMs: 30_000 });
      expect(replies.map((reply) => reply.output)).toEqual(calls.map(({ request }) => `answer to ${request.prompt}`));
    });

    it.each<{ what: string; change: HeaderChange; failure: string }>([
      {
        what: 'the sender',
        change: { 'x-bittensor-hotkey': '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' },
        failure: 'BadSignature',
      },
      { what: 'the receiver', change: { 'x-bittensor-receiver': null }, failure: 'WrongReceiver' },
      { what: 'the signature', change: { 'x-bittensor-signature': '0x00' }, failure: 'MalformedAuth' },
      { what: 'the nonce', change: { 'x-bittensor-nonce': '1600000000000000000' }, failure: 'StaleRequest' },
    ])('tells $failure when somebody in between changes $what', async ({ change, failure }) => {
      open();
      const proxy = await RewritingProxy.open({ port, change });
      closers.push(() => proxy.close());
      const reply = await ask('hi', { port: proxy.port });
      expect(reply).toMatchObject({ ok: false, statusCode: 401, output: null });
      expect(reply.statusMessage).toContain(failure);
    });

    it('tells WrongReceiver when it addresses another hotkey, and 403 when it is not welcome', async () => {
      open();
      const reply = await ask('hi', { hotkey: keyOf('//Somebody').address });
      expect(reply.statusCode).toBe(401);
      expect(reply.statusMessage).toContain('WrongReceiver');
      open('//Unwelcome');
      expect(await ask('hi')).toMatchObject({ statusCode: 403, statusMessage: 'no validator permit' });
    });

    it('gives up at its deadline', async () => {
      open();
      expect(await ask('!sleep 20', {}, 600)).toMatchObject({ ok: false, statusCode: 408 });
    });
  });
});
