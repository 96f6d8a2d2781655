import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { chooseQuestions } from '../../../../src/round/chooseQuestions.js';
import { goldQuestions } from '../../../../src/round/goldQuestions.js';
import { runRound } from '../../../../src/round/runRound.js';
import { bank, beginRound, freshStore, never, roundParts } from '../../fixture.js';
import { runStudio, twinOf, unhappyPatient } from './fixture.js';

const NAMES = ['Anna Kowalska', 'Peter Schneider', 'Maria Gonzalez', 'John Whitfield', 'Sarah Thompson'];
/** Ten dialogues, each with an identifier of its own. */
const TEN = [
  ...NAMES.map((name) => ({ planted: name, question: `My name is ${name} and I cannot sleep. What can I do?` })),
  { planted: '415-555-0134', question: 'Call me on 415-555-0134, I worry all day. What helps?' },
  { planted: 'k.brandt@example.org', question: 'Write to k.brandt@example.org, please. How do I calm down?' },
  { planted: '12 March 2024', question: 'Since 12 March 2024 I feel empty. Is that normal?' },
  { planted: '123-45-6789', question: 'My SSN is 123-45-6789 and I feel watched. What now?' },
  { planted: 'https://example.org/me', question: 'I wrote it down at https://example.org/me. What do you think?' },
].map((row) => ({ ...row, answer: 'Thank you for telling me. Try to keep a regular hour for bed.' }));

const STATEMENT = 'All ten patients agreed in writing on the form of our clinic.';
const BETTER =
  'Three in the morning is a lonely hour, and lying awake makes the next day heavy. Get up after twenty minutes and do something quiet until you are sleepy. Keep the same time for getting up each day. If it lasts longer than a month, talk to your doctor about treatment for insomnia.';

async function published(more: Parameters<typeof runStudio>[0] = {}) {
  const running = await runStudio(more);
  const { studio, base } = running;
  await studio('POST', '/twins', { id: 'dr-ada', name: 'Dr. Ada' });
  await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
  await studio('POST', '/twins/dr-ada/submit');
  await studio('POST', '/twins/dr-ada/publish', {});
  return running;
}

async function withFile() {
  const { store, file } = freshStore();
  return { ...(await published({ store })), file };
}

async function imported(running: Awaited<ReturnType<typeof runStudio>>) {
  const { studio } = running;
  const consent = await studio<{ id: string }>('POST', '/twins/dr-ada/consents', {
    scope: 'twin',
    statement: STATEMENT,
  });
  const dialogues = TEN.map(({ question, answer }) => ({ question, answer }));
  const saved = await studio<{ data: { id: string; masked: number }[] }>('POST', '/twins/dr-ada/dialogues', {
    dialogues,
    consent_id: consent.id,
  });
  return { consent, saved };
}

describe('imported dialogues', () => {
  it.each(['csv', 'jsonl'] as const)(
    'of %s show ten planted identifiers and are saved without them',
    async (format) => {
      const running = await published();
      const { studio, store } = running;
      const text =
        format === 'csv'
          ? ['question,answer', ...TEN.map(({ question, answer }) => `"${question}","${answer}"`)].join('\n')
          : TEN.map(({ question, answer }) => JSON.stringify({ question, answer })).join('\n');
      const seen = await studio<{
        dialogues: { question: string; spans: { field: string; start: number; end: number }[] }[];
        problems: unknown[];
      }>('POST', '/twins/dr-ada/dialogues/inspect', { format, text });
      expect(seen.problems).toEqual([]);
      seen.dialogues.forEach(({ question, spans }, at) => {
        const shown = spans.map(({ start, end }) => question.slice(start, end)).join(' | ');
        for (const word of TEN[at]?.planted.split(' ') ?? []) expect(shown).toContain(word);
      });
      expect(store.dialogues.ofTwin('dr-ada')).toEqual([]);

      await imported(running);
      const kept = JSON.stringify([store.dialogues.ofTwin('dr-ada'), store.twinNotes.all(['twin:dr-ada'], 100)]);
      expect(store.dialogues.ofTwin('dr-ada')).toHaveLength(10);
      for (const { planted } of TEN) expect(kept).not.toContain(planted);
      for (const name of NAMES) for (const word of name.split(' ')) expect(kept).not.toContain(word);
    },
  );

  it('need a consent of the same twin that stands', async () => {
    const running = await published();
    const { studio } = running;
    const body = { dialogues: [{ question: 'q?', answer: 'a.' }], consent_id: 'none' };
    await studio('POST', '/twins/dr-ada/dialogues', body, 409);
    const { consent } = await imported(running);
    await studio('POST', `/twins/dr-ada/consents/${consent.id}/withdraw`);
    await studio('POST', '/twins/dr-ada/dialogues', { ...body, consent_id: consent.id }, 409);
    await studio('POST', `/twins/dr-ada/consents/${consent.id}/withdraw`, undefined, 404);
  });

  it('go into the next version, and out of it again when their consent is withdrawn', async () => {
    const running = await published();
    const { studio, base, store, parts } = running;
    const { consent, saved } = await imported(running);
    const catalogue = parts.twins.catalogue;
    await studio('PUT', '/twins/dr-ada/draft', twinOf(base, 'dr-ada'));
    expect(await studio('POST', '/twins/dr-ada/submit')).toMatchObject({ version: 2, dialogues_added: 10 });
    await studio('POST', '/twins/dr-ada/publish', {});
    expect(catalogue.currentOf('dr-ada')?.pack.dialogues).toHaveLength(base.dialogues.length + 10);
    await studio('PUT', '/twins/dr-ada/draft', { ...catalogue.newestContent('dr-ada') });

    const done = await studio('POST', `/twins/dr-ada/consents/${consent.id}/withdraw`);
    expect(done).toEqual({ dialogues: 10, published_version: 3, withdrawn_versions: [2] });
    expect(catalogue.currentOf('dr-ada')?.pack.dialogues).toHaveLength(base.dialogues.length);
    expect(store.dialogues.ofTwin('dr-ada')).toEqual([]);
    expect(store.twinNotes.all(['twin:dr-ada'], 100)).toEqual([]);
    const draft = JSON.stringify(store.twins.get('dr-ada')?.draft);
    for (const { id } of saved.data) expect(draft).not.toContain(id);
    await studio('POST', '/twins/dr-ada/rollback', { version: 2 }, 409);
    await studio('POST', '/twins/dr-ada/rollback', { version: 1 });
    const consents = await studio<{ data: { withdrawn_ms: number | null; dialogues: number }[] }>(
      'GET',
      '/twins/dr-ada/consents',
    );
    expect(consents.data).toEqual([expect.objectContaining({ dialogues: 0, withdrawn_ms: expect.any(Number) })]);
  });
});

describe('the inbox', () => {
  it('shows answers that were voted down, without who asked, and takes one correction each', async () => {
    const { studio, store } = await published();
    const { answerId } = unhappyPatient(store, { twinId: 'dr-ada', consent: true });
    unhappyPatient(store, { twinId: 'another', consent: true, id: 'answer-2' });
    const inbox = await studio<{ data: Record<string, unknown>[] }>('GET', '/twins/dr-ada/inbox');
    expect(inbox.data).toEqual([
      expect.objectContaining({
        answer_id: answerId,
        answer: 'Just take a pill.',
        why: 'rated 1 of 5: wrong',
        corrected: false,
        needs_question: false,
      }),
    ]);
    expect(JSON.stringify(inbox)).not.toContain('Kowalska');
    await studio('POST', `/twins/dr-ada/inbox/${answerId}/correct`, { answer: 'No.' }, 400);
    await studio('POST', '/twins/dr-ada/inbox/answer-2/correct', { answer: BETTER }, 404);
    const made = await studio<{ dialogue_id: string; gold_id: string }>(
      'POST',
      `/twins/dr-ada/inbox/${answerId}/correct`,
      {
        answer: BETTER,
        mistake: 'Tells the person to take a pill',
      },
    );
    await studio('POST', `/twins/dr-ada/inbox/${answerId}/correct`, { answer: BETTER }, 409);
    const after = await studio<{ data: Record<string, unknown>[] }>('GET', '/twins/dr-ada/inbox');
    expect(after.data[0]).toMatchObject({ corrected: true });
    const dialogues = await studio<{ data: Record<string, unknown>[] }>('GET', '/twins/dr-ada/dialogues');
    expect(dialogues.data).toEqual([
      expect.objectContaining({ id: made.dialogue_id, origin: 'correction', answer: BETTER }),
    ]);
    expect(JSON.stringify(dialogues)).not.toContain('Kowalska');
    const [gold] = goldQuestions(store.dialogues);
    expect(gold).toMatchObject({ id: made.gold_id, reference: BETTER, kind: 'trap', theme: 'twin-dr-ada' });
  });

  it('asks for the doctor’s own words when the patient has not agreed to training', async () => {
    const { studio, store } = await published();
    const { answerId } = unhappyPatient(store, { twinId: 'dr-ada', consent: false });
    const path = `/twins/dr-ada/inbox/${answerId}/correct`;
    expect(await studio('POST', path, { answer: BETTER }, 409)).toMatchObject({ error: { param: 'question' } });
    await studio('POST', path, { answer: BETTER, question: 'Somebody lies awake until three at night. What helps?' });
    expect(goldQuestions(store.dialogues)[0]?.turns[0]?.text).toBe(
      'Somebody lies awake until three at night. What helps?',
    );
  });

  it('feeds rounds: a gold question is drawn, asked, judged and journalled', async () => {
    const { studio, store } = await published();
    const { answerId } = unhappyPatient(store, { twinId: 'dr-ada', consent: true });
    const { gold_id } = await studio<{ gold_id: string }>('POST', `/twins/dr-ada/inbox/${answerId}/correct`, {
      answer: BETTER,
    });
    const parts = roundParts(store, { bank: bank.slice(0, 3) });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    const asked = store.questions.ofRound(round.id);
    expect(asked.map((row) => row.bankId)).toContain(gold_id);
    expect(store.scores.ofRound(round.id)).toHaveLength(8);
    expect(chooseQuestions(goldQuestions(store.dialogues), [], 1, () => 0.5)).toHaveLength(1);
  });

  it('loses what was made of a patient’s words when the patient’s data is deleted, in rounds as well', async () => {
    const { studio, store, file } = await withFile();
    const canary = 'zanzibar turquoise velocipede';
    const { answerId, patientId } = unhappyPatient(store, {
      twinId: 'dr-ada',
      consent: true,
      question: `I dream of a ${canary} each night and wake up tired. What can I do?`,
    });
    const { gold_id } = await studio<{ gold_id: string }>('POST', `/twins/dr-ada/inbox/${answerId}/correct`, {
      answer: BETTER,
    });
    const parts = roundParts(store, { bank: bank.slice(0, 3) });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    expect(JSON.stringify(store.questions.ofRound(round.id))).toContain(canary);
    expect(store.patients.erase(patientId)).toBe(true);
    expect(store.dialogues.ofTwin('dr-ada')).toEqual([]);
    expect(store.twinNotes.all(['twin:dr-ada'], 10)).toEqual([]);
    expect(goldQuestions(store.dialogues)).toEqual([]);
    const row = store.questions.ofRound(round.id).find((one) => one.bankId === gold_id);
    expect(row?.askedText).toBe('(deleted at the wish of the patient)');
    store.checkpoint();
    for (const suffix of ['', '-wal']) {
      const bytes = await readFile(`${file}${suffix}`);
      for (const word of canary.split(' ')) expect(bytes.includes(word), `${word} in ${suffix}`).toBe(false);
    }
  });
});
