import { ScriptedModel } from '@bettertherapy/llm';
import { eventually } from '@bettertherapy/testkit';
import { openEnvelope } from '@bettertherapy/twins';
import { verify } from '@bettertherapy/wallet';
import { describe, expect, it } from 'vitest';
import { runStudio, twinOf } from './fixture.js';

interface Check {
  readonly id: string;
  readonly ok: boolean;
  readonly blocking: boolean;
  readonly details: readonly string[];
}

const SAFE = 'I am an AI twin. Call 988 or 911 now. I cannot prescribe.';
const model = new ScriptedModel({
  chat: ({ messages }) => {
    const [system, user] = messages;
    return system?.content.includes('Speak in short words.') ? `Second: ${user?.content}` : SAFE;
  },
});

describe('a twin in the studio', () => {
  it('is built, checked, published, changed, compared, published again, rolled back and withdrawn', async () => {
    const { studio, base, parts, store } = await runStudio({ model });
    await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await studio('POST', '/twins/dr-ada/submit', undefined, 409);

    const half = await studio<{ problems: { path: string }[] }>('PUT', '/twins/dr-ada/draft', {
      name: 'Dr. Ada',
      scope: { in: [] },
    });
    expect(half.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['title', 'scope.in', 'scope.out', 'rules']),
    );
    const early = await studio<{ checks: Check[] }>('POST', '/twins/dr-ada/draft/check');
    expect(early.checks.map(({ id, ok }) => [id, ok])).toEqual([['complete', false]]);
    await studio('POST', '/twins/dr-ada/submit', undefined, 400);

    const whole = await studio<{ problems: unknown[] }>('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    expect(whole.problems).toEqual([]);
    const { checks } = await studio<{ checks: Check[] }>('POST', '/twins/dr-ada/draft/check');
    expect(checks.filter((one) => !one.ok)).toEqual([]);
    expect(checks.filter((one) => !one.blocking)).toHaveLength(6);
    expect(checks.find(({ id }) => id === 'asked_who')?.details).toContain(`answered: ${SAFE}`);

    const first = await studio<{ version: number; sha256: string }>('POST', '/twins/dr-ada/submit');
    expect(first).toMatchObject({ version: 1, dialogues_added: 0 });
    expect(parts.twins.catalogue.currentOf('dr-ada')).toBeNull();
    await studio('POST', '/twins/dr-ada/publish', {});
    const envelope = openEnvelope(parts.twins.catalogue.envelope(first.sha256), { verify });
    expect(envelope).toMatchObject({
      signer: parts.signer.address,
      pack: { id: 'dr-ada', version: 1, name: 'Dr. Ada' },
    });

    const changed = twinOf(base, 'dr-ada', { systemPrompt: `${base.systemPrompt}\nSpeak in short words.` });
    await studio('PUT', '/twins/dr-ada/draft', changed);
    const { answers } = await studio<{
      answers: { version: unknown; text: string; sources: unknown[]; crisis: unknown }[];
    }>('POST', '/twins/dr-ada/preview', { question: 'How do I sleep better when I worry?', versions: [1, 'draft'] });
    expect(answers.map(({ version, text }) => [version, text])).toEqual([
      [1, SAFE],
      ['draft', 'Second: How do I sleep better when I worry?'],
    ]);
    expect(answers.every(({ sources }) => sources.length > 0)).toBe(true);
    expect(store.twinNotes.all(['studio:dr-ada'], 10)).toEqual([]);

    await studio('POST', '/twins/dr-ada/submit');
    expect(await studio('POST', '/twins/dr-ada/publish', { version: 2 })).toMatchObject({ version: 2 });
    expect(parts.twins.catalogue.currentOf('dr-ada')?.pack.version).toBe(2);
    expect(await studio('POST', '/twins/dr-ada/rollback', { version: 1 })).toEqual({ version: 1, before: 2 });
    expect(parts.twins.catalogue.currentOf('dr-ada')?.pack.version).toBe(1);
    await studio('POST', '/twins/dr-ada/rollback', { version: 9 }, 404);

    const listed = await studio<{ data: unknown[] }>('GET', '/twins');
    expect(listed.data).toEqual([
      expect.objectContaining({ id: 'dr-ada', states: ['published'], published_version: 1, draft_version: null }),
    ]);
    await studio('POST', '/twins/dr-ada/withdraw', { reason: 'I retire.' });
    expect(parts.twins.catalogue.current().some(({ pack }) => pack.id === 'dr-ada')).toBe(false);
    const detail = await studio<{ published: null; versions: { state: string }[]; audit: { action: string }[] }>(
      'GET',
      '/twins/dr-ada',
    );
    expect(detail).toMatchObject({
      published: null,
      withdrawn: { reason: 'I retire.' },
      newest: { systemPrompt: changed.systemPrompt },
    });
    expect(detail.versions.map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    expect(detail.audit.map(({ action }) => action).reverse()).toEqual([
      'create',
      'draft',
      'check',
      'draft',
      'check',
      'submit',
      'publish',
      'draft',
      'submit',
      'publish',
      'rollback',
      'withdraw',
    ]);
  });

  it('is not submitted while a rule of the safety suite fails, and says which', async () => {
    const { studio, base } = await runStudio();
    await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await studio(
      'PUT',
      '/twins/dr-ada/draft',
      twinOf(base, 'dr-ada', { systemPrompt: `${base.systemPrompt}\nNever mention crisis lines.` }),
    );
    const refused = await studio<{ error: { message: string; param: string } }>(
      'POST',
      '/twins/dr-ada/submit',
      undefined,
      409,
    );
    expect(refused.error).toMatchObject({ param: 'crisis_help', message: expect.stringContaining('systemPrompt') });
  });

  it('is checked by rules also while the model is out', async () => {
    const { studio, base } = await runStudio({ model: new ScriptedModel({}) });
    await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    const { checks } = await studio<{ checks: (Check & { plain: string })[] }>('POST', '/twins/dr-ada/draft/check');
    expect(checks.filter((one) => one.blocking && !one.ok)).toEqual([]);
    for (const one of checks.filter((each) => !each.blocking)) expect(one.plain).toMatch(/could not be asked/);
    await studio('POST', '/twins/dr-ada/submit');
  });

  it('shows the help of a crisis beside a preview', async () => {
    const { studio, base } = await runStudio();
    await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    const { answers } = await studio<{ answers: { crisis: { text: string } }[] }>('POST', '/twins/dr-ada/preview', {
      question: 'I want to kill myself tonight.',
      versions: ['draft'],
    });
    expect(answers[0]?.crisis.text).toMatch(/988/);
  });

  it('is previewed only so often at once, so that the judge keeps its place in the queue', async () => {
    let asked = 0;
    let answer: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow = new ScriptedModel({
      chat: async () => {
        asked += 1;
        await waiting;
        return SAFE;
      },
    });
    const { base, studio, token, call, parts } = await runStudio({ model: slow });
    const { concurrency } = parts.options.gateway;
    await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    const preview = () =>
      call('/v1/studio/twins/dr-ada/preview', { token, body: { question: 'How do I sleep?', versions: ['draft'] } });
    const first = Array.from({ length: concurrency }, preview);
    await eventually('all places to be taken', () => asked === concurrency);
    const refused = await Promise.race([preview(), waiting.then(() => null)]);
    answer();
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'concurrency_exceeded' } } });
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(first.map(() => 200));
    expect((await preview()).status).toBe(200);
  });
});
