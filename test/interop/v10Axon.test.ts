import { silentLogger, systemClock, type Tracer } from '@bettertherapy/core';
import { conversationRequest } from '@bettertherapy/protocol';
import { FaultProxy, freePort, RecordingTracer, temporaryFolder } from '@bettertherapy/testkit';
import { type AxonTarget, Dendrite, type DendriteReply } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { type Started, UNUSUAL_PROMPTS } from './python.js';
import { PythonProgram } from './pythonProgram.js';
import { type HeaderChange, RewritingProxy } from './rewritingProxy.js';

const environments = [await openEnvironment('sdk-10.2'), await openEnvironment('sdk-9.10')];
const home = temporaryFolder('interop-axon');
const MINER = '//PythonMiner';

for (const environment of environments) {
  interopPart(`our dendrite asks the Python axon of ${environment.name}`, environment, () => {
    let python: PythonProgram;
    let port: number;
    let target: AxonTarget;
    let dendrite: Dendrite;
    const closers: (() => Promise<void>)[] = [];

    const startPython = async (): Promise<void> => {
      python = new PythonProgram(environment, { script: 'v10_axon.py', home: home.path });
      const blacklist = [asHotkey(signerFromUri('//Blacklisted')).address];
      await python.call<Started>('start', { name: 'miner', uri: MINER, port, blacklist });
    };
    const newDendrite = (uri = '//Validator', tracer?: Tracer): Dendrite => {
      const client = new Dendrite(
        { signer: asHotkey(signerFromUri(uri)) },
        { clock: systemClock, log: silentLogger, metrics: null, tracer },
      );
      closers.push(() => client.close());
      return client;
    };
    const ask = (prompt: string, more: Partial<AxonTarget> = {}, deadlineMs = 20_000): Promise<DendriteReply> =>
      dendrite.query({ ...target, ...more }, { prompt, requestId: 'btai_01JD5V' }, { deadlineMs });

    beforeAll(async () => {
      await ready();
      port = await freePort();
      await startPython();
      target = { hotkey: asHotkey(signerFromUri(MINER)).address, ip: '127.0.0.1', port, protocol: 'v10' };
    });
    afterEach(async () => {
      await Promise.all(closers.splice(0).map((close) => close()));
    });
    afterAll(() => python?.close());

    it('gets an answer with the times of both sides', async () => {
      dendrite = newDendrite();
      const reply = await ask('!sleep 0.12');
      expect(reply).toMatchObject({
        ok: true,
        statusCode: 200,
        statusMessage: 'Success',
        output: 'answer to !sleep 0.12',
        protocol: 'v10',
      });
      expect(reply.axonProcessMs).toBeGreaterThanOrEqual(119);
      expect(reply.responseMs).toBeGreaterThanOrEqual(reply.axonProcessMs ?? Number.POSITIVE_INFINITY);
    });

    it('passes over the place in a trace that is sent along, and still finds the signature good', async () => {
      const tracer = new RecordingTracer();
      dendrite = newDendrite('//Validator', tracer);
      expect(await ask('I cannot sleep.')).toMatchObject({ ok: true, output: 'answer to I cannot sleep.' });
      expect(tracer.named('query miner')).toMatchObject([{ failure: null, attributes: { 'bt.protocol': 'v10' } }]);
    });

    it('asks a twin in a conversation, of which a miner that knows neither answers the flattened prompt', async () => {
      dendrite = newDendrite();
      const request = conversationRequest({
        requestId: 'btai_01JD5V',
        twin: { id: 'dr-indra-gurung', version: 1 },
        turns: [
          { role: 'user', content: 'I sleep badly.' },
          { role: 'assistant', content: 'Since when?' },
          { role: 'user', content: 'Since spring — seit dem Frühling.' },
        ],
      });
      const reply = await dendrite.query(target, request, { deadlineMs: 20_000 });
      expect(reply).toMatchObject({ ok: true, statusCode: 200, output: `answer to ${request.prompt}` });
      const reached = await python.call<string[]>('prompts', { name: 'miner' });
      expect(reached.at(-1)).toContain('Person: I sleep badly.\nDoctor: Since when?');
    });

    it('is refused as blacklisted', async () => {
      dendrite = newDendrite('//Blacklisted');
      const reply = await ask('hi');
      expect(reply).toMatchObject({
        ok: false,
        statusCode: 403,
        statusMessage: 'Forbidden. Key is blacklisted: Non-validator hotkey.',
        output: null,
      });
    });

    it('is refused when it addresses another hotkey', async () => {
      dendrite = newDendrite();
      const reply = await ask('hi', { hotkey: asHotkey(signerFromUri('//Somebody')).address });
      expect(reply.statusCode).toBe(401);
      expect(reply.statusMessage).toMatch(/^Not Verified with error: Signature mismatch with /);
    });

    const other = asHotkey(signerFromUri('//Somebody')).address;
    it.each<{ what: string; change: HeaderChange; status: number; message: RegExp }>([
      {
        what: 'the hash is altered on the way',
        change: { computed_body_hash: 'ab'.repeat(32) },
        status: 401,
        message: /Signature mismatch/,
      },
      { what: 'the sender is altered', change: { bt_header_dendrite_hotkey: other }, status: 401, message: /mismatch/ },
      { what: 'the client id is altered', change: { bt_header_dendrite_uuid: 'x' }, status: 401, message: /mismatch/ },
      {
        what: 'the nonce is old',
        change: { bt_header_dendrite_nonce: '1600000000000000000' },
        status: 401,
        message: /too old/,
      },
      {
        what: 'the nonce is missing',
        change: { bt_header_dendrite_nonce: null },
        status: 401,
        message: /Missing Nonce/,
      },
      {
        what: 'an input header is missing',
        change: { bt_header_input_obj_prompt: null },
        status: 500,
        message: /Internal Server Error #/,
      },
    ])('is refused when $what', async ({ change, status, message }) => {
      dendrite = newDendrite();
      const proxy = await RewritingProxy.open({ port, change });
      closers.push(() => proxy.close());
      const reply = await ask('hi', { port: proxy.port });
      expect(reply).toMatchObject({ ok: false, statusCode: status, output: null });
      expect(reply.statusMessage).toMatch(message);
    });

    it('is told of a fault in the miner', async () => {
      dendrite = newDendrite();
      const reply = await ask('!raise');
      expect(reply.statusCode).toBe(500);
      expect(reply.statusMessage).toMatch(/^Internal Server Error #/);
    });

    it('does not count an answer whose axon states another status', async () => {
      dendrite = newDendrite();
      expect(await ask('!status 503')).toMatchObject({ ok: false, statusCode: 503 });
    });

    it('gives up at its deadline', async () => {
      dendrite = newDendrite();
      const reply = await ask('!sleep 30', {}, 700);
      expect(reply).toMatchObject({ ok: false, statusCode: 408, statusMessage: 'Request timeout after 0.7 seconds' });
      expect(reply.responseMs).toBeGreaterThanOrEqual(600);
    });

    it('takes an answer that comes piece by piece', async () => {
      dendrite = newDendrite();
      const proxy = await FaultProxy.open({ host: '127.0.0.1', port });
      closers.push(() => proxy.close());
      proxy.setDelay(200);
      const reply = await ask('!long 150000', { port: proxy.port });
      expect(reply).toMatchObject({ ok: true, output: 'x'.repeat(150_000) });
      expect(reply.responseMs).toBeGreaterThanOrEqual(400);
    });

    it('gives up at its deadline when the connection freezes', async () => {
      dendrite = newDendrite();
      const proxy = await FaultProxy.open({ host: '127.0.0.1', port });
      closers.push(() => proxy.close());
      proxy.hold();
      expect((await ask('hi', { port: proxy.port }, 700)).statusCode).toBe(408);
    });

    it('calls a connection that breaks during the answer a disconnection', async () => {
      dendrite = newDendrite();
      const proxy = await FaultProxy.open({ host: '127.0.0.1', port });
      closers.push(() => proxy.close());
      const running = ask('!sleep 20', { port: proxy.port });
      await expect
        .poll(async () => (await python.call<string[]>('prompts', { name: 'miner' })).at(-1), { timeout: 10_000 })
        .toBe('!sleep 20');
      await proxy.close();
      expect((await running).statusCode).toBe(503);
    });

    it.each(Object.entries(UNUSUAL_PROMPTS))('keeps %s unchanged both ways', async (_name, prompt) => {
      dendrite = newDendrite();
      expect(await ask(prompt)).toMatchObject({ ok: true, output: `answer to ${prompt}` });
    });

    it('asks with a prompt of 64 KiB and takes it back', async () => {
      dendrite = newDendrite();
      const prompt = 'é'.repeat(32_768);
      expect(await ask(prompt)).toMatchObject({ ok: true, output: `answer to ${prompt}` });
    });

    it('stops reading an answer past its bound', async () => {
      dendrite = newDendrite();
      expect(await ask('!long 300000')).toMatchObject({ ok: false, statusCode: 400, output: null });
    });

    it('gets 64 questions answered that it asks at once', async () => {
      dendrite = newDendrite();
      const calls = Array.from({ length: 64 }, (_, at) => ({
        target,
        request: { prompt: `question ${at}`, requestId: `btai_${at}` },
      }));
      const replies = await dendrite.queryMany(calls, { deadlineMs: 60_000 });
      expect(replies.map((reply) => reply.statusMessage)).toEqual(calls.map(() => 'Success'));
      expect(replies.map((reply) => reply.output)).toEqual(calls.map(({ request }) => `answer to ${request.prompt}`));
    });

    it('asks in v10 once the axon turns out not to know our own protocol', async () => {
      dendrite = newDendrite();
      const auto = { protocol: 'auto', version: 12_001_000 } as const;
      expect(await ask('hi', auto)).toMatchObject({ ok: true, protocol: 'v10' });
      expect(await ask('hi', { protocol: 'auto', version: 10_002_000 })).toMatchObject({ ok: true, protocol: 'v10' });
    });

    it('keeps to our own protocol where it was told to', async () => {
      dendrite = newDendrite();
      const reply = await ask('hi', { protocol: 'btauth1' });
      expect(reply).toMatchObject({ ok: false, statusCode: 404, protocol: 'btauth1' });
    });

    it('is told that a miner of another subnet does not know the question', async () => {
      dendrite = newDendrite();
      const other = await freePort();
      await python.call('start', { name: 'other', uri: MINER, port: other, inferenceRoute: false });
      const reply = await ask('hi', { port: other });
      expect(reply.statusCode).toBe(404);
      expect(reply.statusMessage).toMatch(/^Synapse name 'InferenceSynapse' not found/);
    });

    it('finds an axon again that crashed and came back', async () => {
      dendrite = newDendrite();
      expect((await ask('before')).statusCode).toBe(200);
      await python.kill();
      expect(await ask('while down')).toMatchObject({
        ok: false,
        statusCode: 503,
        statusMessage: `Service unavailable at 127.0.0.1:${port}/InferenceSynapse`,
      });
      await startPython();
      expect((await ask('after')).statusCode).toBe(200);
    });

    it('is answered after it was itself restarted', async () => {
      dendrite = newDendrite();
      expect((await ask('before')).statusCode).toBe(200);
      await dendrite.close();
      dendrite = newDendrite();
      expect((await ask('after')).statusCode).toBe(200);
    });
  });
}

afterAll(() => home.remove());
