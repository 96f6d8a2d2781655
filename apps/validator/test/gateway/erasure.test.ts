import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@bettertherapy/core';
import { migrate, openStore } from '@bettertherapy/store';
import { createLog, TelemetryFailures } from '@bettertherapy/telemetry';
import { eventually, temporaryFolder } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatCompletion } from '../../src/gateway/chat/chatSchema.js';
import { metagraphOf, migrationsDir, onEnd, self } from '../unit/fixture.js';
import { runGateway } from '../unit/gateway/fixture.js';
import { PROSE } from '../unit/gateway/miners.js';
import { answeringMiner, dying, realDendrite, rogueMiner } from './realMiners.js';

/** A word that stands nowhere else. It is no identifier, so nothing masks it. */
const CANARY = 'quetzalcoatlite';
const TWIN = 'dr-indra-gurung';

/** Every file below a folder in which the word stands, in UTF-8 or UTF-16. */
function filesWith(folder: string, word: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le'));
    });
}

/** A gateway in a folder of its own, with a log of everything down to `debug` beside the database. */
async function gatewayIn(folder: string) {
  const file = join(folder, 'validator.sqlite');
  migrate({ file, migrationsDir });
  const store = openStore({ file, migrationsDir, identity: { genesis: '0x00', netuid: 2, hotkey: self } });
  onEnd(() => store.close());
  const { log, flush } = createLog(
    {
      app: 'validator',
      level: 'debug',
      format: 'json',
      to: { write: (line) => appendFileSync(join(folder, 'validator.log'), line) },
    },
    { failures: new TelemetryFailures() },
  );
  // One miner repeats what the patient said, one dies, so that both ways of talking about a question are taken.
  const neurons = [
    await answeringMiner(2, async (prompt) => `You said: “${prompt.slice(-60)}”. ${PROSE}`),
    await answeringMiner(3, async () => PROSE),
    await rogueMiner(4, dying),
  ];
  const gateway = await runGateway(['--gateway.settle_ms', '100'], {
    store,
    log,
    askMany: realDendrite(),
    metagraph: async () => metagraphOf(neurons),
  });
  return { gateway, store, flush };
}

describe('a patient who is deleted', () => {
  it('leaves no word behind: database, log of the database, exports, logs', async () => {
    const folder = temporaryFolder('erasure');
    onEnd(() => folder.remove());
    const { gateway, store, flush } = await gatewayIn(folder.path);
    const { call } = gateway;
    const { token } = z.object({ token: z.string() }).parse((await call('/v1/patients', { method: 'POST' })).body);
    const session = z
      .object({ id: z.string() })
      .parse((await call('/v1/sessions', { token, body: { twin: TWIN, region: 'uk' } })).body);
    const ask = (content: string, more: object = {}) =>
      call('/v1/chat/completions', {
        token,
        body: { model: TWIN, session_id: session.id, messages: [{ role: 'user', content }], ...more },
      });
    const first = chatCompletion.parse((await ask(`I cannot sleep since the ${CANARY} broke. What can I do?`)).body);
    await ask(`And the ${CANARY} again, what about it at night?`, { stream: true });
    const { answer_id: id, rating_token } = first.bettertherapy;
    const rating = { token: rating_token, stars: 2, text: `not about the ${CANARY}` };
    expect((await call(`/v1/answers/${id}/rating`, { method: 'PUT', token, body: rating })).status).toBe(200);
    const report = { reason: 'wrong', text: `what ${CANARY}?` };
    expect((await call(`/v1/answers/${id}/report`, { token, body: report })).status).toBe(201);
    // Requests that fail are the likeliest to be written into a log with what they held.
    await ask(CANARY.repeat(700));
    await call('/v1/chat/completions', { token, body: `{"model": "${TWIN}", "messages": "${CANARY}"` });
    await call(`/v1/${CANARY}`, { token });
    const exported = await call('/v1/patients/me/export', { token });
    expect(exported.text).toContain(CANARY);
    await eventually('the questions kept for the judge', () => store.organic.waiting(10).length === 2);
    flush();
    const before = filesWith(folder.path, CANARY);
    expect(before.some((file) => /validator\.sqlite/.test(file))).toBe(true);
    expect(before.filter((file) => file.endsWith('.log'))).toEqual([]);
    expect(readFileSync(join(folder.path, 'validator.log'), 'utf8')).toContain('request finished');

    expect((await call('/v1/patients/me', { method: 'DELETE', token })).status).toBe(204);
    flush();
    expect(filesWith(folder.path, CANARY)).toEqual([]);
    expect((await call('/v1/patients/me', { token })).status).toBe(401);
    expect((await call(`/v1/sessions/${session.id}`, { token })).status).toBe(401);
    expect(store.organic.waiting(10)).toEqual([]);
    expect(store.integrityProblems()).toEqual([]);
  });

  it('while a question is being answered gets no late row', async () => {
    const folder = temporaryFolder('erasure');
    onEnd(() => folder.remove());
    const { gateway, store } = await gatewayIn(folder.path);
    const slow = await answeringMiner(9, async () => {
      await systemClock.sleep(400);
      return `${PROSE} ${CANARY}`;
    });
    const late = await runGateway([], {
      store,
      askMany: realDendrite(),
      metagraph: async () => metagraphOf([slow]),
    });
    const { token } = z.object({ token: z.string() }).parse((await late.call('/v1/patients', { method: 'POST' })).body);
    const session = z
      .object({ id: z.string() })
      .parse((await late.call('/v1/sessions', { token, body: { twin: TWIN } })).body);
    const asked = late.call('/v1/chat/completions', {
      token,
      body: {
        model: TWIN,
        session_id: session.id,
        messages: [{ role: 'user', content: `${CANARY}, what is it for?` }],
      },
    });
    await eventually('the open question', () => store.patientAnswers.latest(1)[0]?.state === 'open');
    expect((await gateway.call('/v1/patients/me', { method: 'DELETE', token })).status).toBe(204);
    await asked;
    expect(store.patientAnswers.latest(5)).toEqual([]);
    expect(store.truncateLog()).toBe(true);
    expect(filesWith(folder.path, CANARY)).toEqual([]);
  });
});
