import { systemClock } from '@bettertherapy/core';
import { FaultProxy, temporaryFolder } from '@bettertherapy/testkit';
import type { AnswerFn } from '@bettertherapy/transport';
import { asHotkey, signerFromUri } from '@bettertherapy/wallet';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type AxonUnderTest, startAxonUnderTest } from './axonUnderTest.js';
import { openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { type DendriteOutcome, type PythonTarget, type Started, UNUSUAL_PROMPTS } from './python.js';
import { PythonProgram } from './pythonProgram.js';

const environments = [await openEnvironment('sdk-10.2'), await openEnvironment('sdk-9.10')];
const home = temporaryFolder('interop-dendrite');
const EXPECTED_SDK = { 'sdk-10.2': '10.2.0', 'sdk-9.10': '9.10.1' } as Readonly<Record<string, string>>;

/** Waits as long as the prompt says, unless it is told to stop. */
const slowAnswer: AnswerFn = async ({ prompt, signal }) => {
  await systemClock.sleep(Number(prompt), signal);
  return { output: 'late' };
};

for (const environment of environments) {
  interopPart(`the Python dendrite of ${environment.name} asks our axon`, environment, () => {
    let python: PythonProgram;
    let started: Started;
    const axons: AxonUnderTest[] = [];
    const closers: (() => Promise<void>)[] = [];

    const startAxon = async (settings: Parameters<typeof startAxonUnderTest>[0] = {}): Promise<AxonUnderTest> => {
      const axon = await startAxonUnderTest(settings);
      axons.push(axon);
      return axon;
    };
    const ask = async (target: PythonTarget, values: Record<string, unknown> = {}): Promise<DendriteOutcome> => {
      const all = { targets: [target], prompt: 'I cannot sleep.', requestId: 'btai_1', ...values };
      const [reply] = await python.call<DendriteOutcome[]>('query', all);
      if (reply === undefined) throw new Error('the dendrite returned no reply');
      return reply;
    };
    const restartPython = async (): Promise<void> => {
      await python?.close();
      python = new PythonProgram(environment, { script: 'v10_dendrite.py', home: home.path });
      started = await python.call<Started>('start', { uri: '//Validator' });
    };

    beforeAll(restartPython);
    afterEach(async () => {
      await Promise.all(closers.splice(0).map((close) => close()));
      await Promise.all(axons.splice(0).map((axon) => axon.close()));
    });
    afterAll(() => python?.close());

    it('is the version that the part is about', () => {
      expect(started.versions.bittensor).toBe(EXPECTED_SDK[environment.name]);
      console.info(`interop: ${environment.name} is ${JSON.stringify(started.versions)}`);
    });

    it('gets an answer with status, times and its own question back', async () => {
      const axon = await startAxon({ answer: slowAnswer });
      const reply = await ask(axon.target, { prompt: '120', requestId: 'btai_01JD5V' });
      expect(reply).toMatchObject({
        statusCode: 200,
        statusMessage: 'Success',
        axonStatusCode: 200,
        isSuccess: true,
        prompt: '120',
        requestId: 'btai_01JD5V',
        output: 'late',
        axonHotkey: axon.hotkey,
      });
      // A timer may fire within a millisecond too early.
      expect(reply.axonProcessSeconds).toBeGreaterThanOrEqual(0.119);
      expect(reply.processSeconds).toBeGreaterThanOrEqual(reply.axonProcessSeconds ?? Number.POSITIVE_INFINITY);
      expect(axon.seconds).toHaveLength(1);
    });

    it('gets its ping answered', async () => {
      const axon = await startAxon();
      const reply = await python.call<DendriteOutcome>('ping', { target: axon.target });
      expect(reply).toMatchObject({ statusCode: 200, isSuccess: true, axonHotkey: axon.hotkey });
    });

    it.each([
      ['unregistered', 'Unrecognized hotkey.'],
      ['no_permit', 'Non-validator hotkey.'],
      ['low_stake', 'Not enough stake.'],
      ['denied', 'Denied by the operator.'],
    ] as const)('sees a caller refused as %s as blacklisted', async (code, message) => {
      const axon = await startAxon({ policy: () => ({ allow: false, code, message }) });
      const reply = await ask(axon.target);
      expect(reply).toMatchObject({
        statusCode: 403,
        statusMessage: `Forbidden. Key is blacklisted: ${message}`,
        isBlacklist: true,
        output: null,
      });
      expect(axon.refusals).toEqual([code]);
    });

    const claimed = asHotkey(signerFromUri('//Somebody')).address;
    it.each([
      { what: 'a request to another hotkey', target: { hotkey: claimed }, code: 'wrong_receiver', status: 401 },
      {
        what: 'a hash altered after signing',
        headers: { computed_body_hash: 'ab'.repeat(32) },
        code: 'bad_signature',
        status: 401,
      },
      { what: 'a signed hash of something else', bodyHash: 'cd'.repeat(32), code: 'body_hash_mismatch', status: 400 },
      { what: "another key's signature", signAs: '//Somebody', code: 'bad_signature', status: 401 },
      {
        what: 'an altered sender',
        headers: { bt_header_dendrite_hotkey: claimed },
        code: 'bad_signature',
        status: 401,
      },
      {
        what: 'an altered client id',
        headers: { bt_header_dendrite_uuid: 'other' },
        code: 'bad_signature',
        status: 401,
      },
      { what: 'no signature', headers: { bt_header_dendrite_signature: null }, code: 'no_signature', status: 401 },
      {
        what: 'a cut signature',
        headers: { bt_header_dendrite_signature: '0x12' },
        code: 'malformed_auth',
        status: 401,
      },
      { what: 'no nonce', headers: { bt_header_dendrite_nonce: null }, code: 'missing_nonce', status: 401 },
      { what: 'a nonce of 20 seconds ago', ageSeconds: 20, code: 'stale', status: 401 },
      { what: 'a nonce of the next minute', ageSeconds: -60, code: 'from_the_future', status: 401 },
    ])('has $what refused', async ({ what: _what, code, status, target, ...values }) => {
      const axon = await startAxon();
      const reply = await ask({ ...axon.target, ...target }, values);
      expect(reply.statusCode).toBe(status);
      expect(reply.failedVerification).toBe(status === 401);
      expect(reply.output).toBeNull();
      expect(axon.refusals).toEqual([code]);
    });

    it('has a request refused that is sent a second time', async () => {
      const axon = await startAxon();
      expect(await python.call('replay', { target: axon.target })).toEqual([200, 401]);
      expect(axon.refusals).toEqual(['replayed']);
    });

    it('gives up at its own timeout, and our answer is told to stop', async () => {
      let stopped = false;
      const axon = await startAxon({
        answer: ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              stopped = true;
              reject(signal.reason);
            });
          }),
      });
      const reply = await ask(axon.target, { timeout: 0.5 });
      expect(reply).toMatchObject({ statusCode: 408, isTimeout: true, output: null });
      await expect.poll(() => stopped, { timeout: 5_000 }).toBe(true);
    });

    it('is told 408 when our own deadline ends first', async () => {
      const axon = await startAxon({ answer: slowAnswer, options: { answerDeadlineMs: 300 } });
      const reply = await ask(axon.target, { prompt: '20000' });
      expect(reply).toMatchObject({ statusCode: 408, axonStatusCode: 408, isTimeout: true });
      expect(reply.statusMessage).toMatch(/^Response timeout after: 0\.3s/);
    });

    it('is answered over a connection that passes every piece on late', async () => {
      const axon = await startAxon();
      const proxy = await FaultProxy.open({ host: '127.0.0.1', port: axon.target.port });
      closers.push(() => proxy.close());
      proxy.setDelay(250);
      const prompt = 'slow '.repeat(10_000);
      const reply = await ask({ ...axon.target, port: proxy.port }, { prompt });
      expect(reply).toMatchObject({ statusCode: 200, output: `answer to ${prompt}` });
      expect(reply.processSeconds).toBeGreaterThanOrEqual(0.5);
    });

    it('is told 408 when its request does not arrive in time', async () => {
      const axon = await startAxon({ options: { receiveDeadlineMs: 1_000 } });
      const reply = await python.call<number>('dripped', { target: axon.target, seconds: 15 });
      expect(reply).toBe(408);
      expect(axon.refusals).toEqual(['slow_request']);
    });

    it.each(Object.entries(UNUSUAL_PROMPTS))('keeps %s unchanged both ways', async (_name, prompt) => {
      const axon = await startAxon();
      const reply = await ask(axon.target, { prompt });
      expect(reply).toMatchObject({ statusCode: 200, prompt, output: `answer to ${prompt}` });
    });

    it('may send a body of exactly 64 KiB, and one byte more is too large', async () => {
      const axon = await startAxon();
      const length = 60_000;
      const sized = { target: axon.target, prompt: 'p'.repeat(length), requestId: 'btai_1' };
      const fits = 65_536 - (await python.call<number>('bodySize', sized)) + length;
      expect(await ask(axon.target, { prompt: 'p'.repeat(fits) })).toMatchObject({ statusCode: 200 });
      expect(axon.refusals).toEqual([]);
      const over = await ask(axon.target, { prompt: 'p'.repeat(fits + 1) });
      expect(over.isSuccess).toBe(false);
      expect(axon.refusals).toEqual(['body_too_large']);
      expect(over).toMatchObject({ statusCode: 413, statusMessage: 'Request body is too large' });
    });

    it('may send a prompt of 64 KiB to an axon that is set to take it', async () => {
      const axon = await startAxon({ options: { maxBodyBytes: 131_072 } });
      const prompt = 'q'.repeat(65_536);
      expect(await ask(axon.target, { prompt })).toMatchObject({ statusCode: 200, output: `answer to ${prompt}` });
    });

    it('gets all of 64 questions answered that it asks at once', async () => {
      const axon = await startAxon();
      const targets = Array.from({ length: 64 }, () => axon.target);
      const replies = await python.call<DendriteOutcome[]>('query', {
        targets,
        prompt: 'hi',
        requestId: 'btai_64',
        timeout: 40,
      });
      expect(replies.map((reply) => reply.statusMessage)).toEqual(targets.map(() => 'Success'));
      expect(axon.refusals).toEqual([]);
    });

    it('gets all its questions answered by an axon that works on few at a time', async () => {
      const axon = await startAxon({
        answer: slowAnswer,
        options: { queue: { concurrency: 2, capacity: 10 } },
      });
      const targets = Array.from({ length: 10 }, () => axon.target);
      const replies = await python.call<DendriteOutcome[]>('query', {
        targets,
        prompt: '20',
        requestId: 'btai_10',
        timeout: 40,
      });
      expect(replies.filter((reply) => reply.isSuccess)).toHaveLength(10);
    });

    it('is told that the queue is full', async () => {
      const axon = await startAxon({ answer: slowAnswer, options: { queue: { concurrency: 1, capacity: 1 } } });
      const targets = Array.from({ length: 8 }, () => axon.target);
      const replies = await python.call<DendriteOutcome[]>('query', { targets, prompt: '400', requestId: 'btai_8' });
      const statuses = replies.map((reply) => reply.statusCode).toSorted();
      expect(statuses).toEqual([200, 200, 503, 503, 503, 503, 503, 503]);
    });

    it('is told that it asks too often', async () => {
      const axon = await startAxon({ options: { rate: { perMinute: 1, burst: 1 } } });
      expect((await ask(axon.target)).statusCode).toBe(200);
      expect(await ask(axon.target)).toMatchObject({ statusCode: 429, statusMessage: 'Too many requests' });
    });

    it('is told of a fault of ours without its details', async () => {
      const axon = await startAxon({ answer: () => Promise.reject(new Error('secret path /models/x')) });
      const reply = await ask(axon.target);
      expect(reply.statusCode).toBe(500);
      expect(reply.statusMessage).toMatch(/^Internal Server Error #[0-9a-f-]{36}$/);
    });

    it('finds an axon again that was restarted, over the session it had', async () => {
      const axon = await startAxon();
      expect((await ask(axon.target)).statusCode).toBe(200);
      await axon.restart(async () => {
        expect(await ask(axon.target)).toMatchObject({ statusCode: 503, output: null });
      });
      expect((await ask(axon.target)).statusCode).toBe(200);
      expect(axon.refusals).toEqual([]);
    });

    it('is told 503 by an axon that shuts down, while its running question is still answered', async () => {
      let isRunning = false;
      const axon = await startAxon({
        answer: (request) => {
          isRunning = true;
          return slowAnswer(request);
        },
      });
      const running = ask(axon.target, { prompt: '1500' });
      await expect.poll(() => isRunning, { timeout: 10_000 }).toBe(true);
      const drained = axon.drain(5_000);
      const late = await ask(axon.target, { prompt: '1' });
      expect(late.statusCode).toBe(503);
      expect(await running).toMatchObject({ statusCode: 200, output: 'late' });
      await drained;
    });

    it('is answered after it was itself restarted', async () => {
      const axon = await startAxon();
      expect((await ask(axon.target)).statusCode).toBe(200);
      await restartPython();
      expect((await ask(axon.target)).statusCode).toBe(200);
      expect(axon.refusals).toEqual([]);
    });
  });
}

afterAll(() => home.remove());
