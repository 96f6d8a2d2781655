import { CodedError, CoreErrorCode } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { type MaskTexts, maskTexts } from '../../../../src/patientRules.js';
import { scriptedJudge } from '../fixture.js';
import { runStudio, twinOf, unhappyPatient } from './fixture.js';

const STATEMENT = 'I may use these dialogues; nobody can be recognised.';
const late = (): never => {
  throw new CodedError(CoreErrorCode.DeadlineExceeded, 'rules on a text took too long', { remedy: 'wait' });
};

/** A studio whose texts are masked by `mask`, where the daemon has its threads. */
async function studioWith(mask: MaskTexts) {
  const running = await runStudio({ patientJudge: { ...scriptedJudge(), mask } });
  running.parts.twins.import(twinOf(running.base, 'dr-ada'));
  return running;
}

describe('what a doctor has looked through', () => {
  it('goes to the threads of the rules in small parts, so that a large import holds up nobody', async () => {
    const parts: number[] = [];
    const { studio } = await studioWith(async (texts) => {
      parts.push(texts.length);
      return maskTexts(texts);
    });
    const dialogues = Array.from({ length: 33 }, (_, n) => ({ question: `Why ${n}?`, answer: 'I am Anna Kowalska.' }));
    const text = dialogues.map((one) => JSON.stringify(one)).join('\n');
    const seen = await studio<{ dialogues: { spans: unknown[] }[] }>('POST', '/twins/dr-ada/dialogues/inspect', {
      format: 'jsonl',
      text,
    });
    expect(seen.dialogues.map(({ spans }) => spans.length)).toEqual(Array(33).fill(1));
    expect(Math.max(...parts)).toBeLessThanOrEqual(10);
    expect(parts.reduce((sum, n) => sum + n, 0)).toBe(66);
  });

  it('is refused when it keeps the rules busy for too long, and nothing of it is saved', async () => {
    const { studio, store } = await studioWith(async (texts) =>
      texts.some((one) => one === 'slow') ? late() : maskTexts(texts),
    );
    const { id } = await studio<{ id: string }>('POST', '/twins/dr-ada/consents', {
      scope: 'twin',
      statement: STATEMENT,
    });
    const dialogues = [
      { question: 'Why?', answer: 'So.' },
      { question: 'Why?', answer: 'slow' },
    ];
    const refused = await studio<{ error: { message: string } }>(
      'POST',
      '/twins/dr-ada/dialogues',
      { dialogues, consent_id: id },
      400,
    );
    expect(refused.error.message).toContain('too long');
    expect(store.dialogues.ofTwin('dr-ada')).toEqual([]);
  });

  it('is not shown in the inbox where it keeps the rules busy for too long; the others are', async () => {
    const { studio, store } = await studioWith(async (texts) =>
      texts.some((one) => one.includes('HOSTILE')) ? late() : maskTexts(texts),
    );
    unhappyPatient(store, { twinId: 'dr-ada', consent: false, id: 'a1', question: 'HOSTILE '.repeat(900) });
    unhappyPatient(store, { twinId: 'dr-ada', consent: false, id: 'a2', question: 'Why do I wake?' });
    const { data } = await studio<{ data: { answer_id: string; question: string }[] }>('GET', '/twins/dr-ada/inbox');
    const questionOf = new Map(data.map((one) => [one.answer_id, one.question]));
    expect(questionOf.get('a1')).toContain('not shown');
    expect(questionOf.get('a2')).toBe('Why do I wake?');
  });

  it('is what is submitted, also when another draft is saved while it is looked at', async () => {
    let meanwhile = (): void => undefined;
    const { studio, store, base, parts } = await studioWith(async (texts) => {
      meanwhile();
      return maskTexts(texts);
    });
    const draft = (answer: string) =>
      twinOf(base, 'dr-ada', { dialogues: [{ id: 'own', question: 'Why do I wake?', answer }] });
    await studio('PUT', '/twins/dr-ada/draft', draft('Keep the same hour for getting up.'));
    meanwhile = () => void parts.twins.saveDraft('dr-ada', draft('Write to Anna Kowalska, +1 415 555 0134.'));
    await studio('POST', '/twins/dr-ada/submit', undefined, 409);
    expect(store.twins.versions('dr-ada')).toHaveLength(1);
    meanwhile = () => undefined;
    await studio('PUT', '/twins/dr-ada/draft', draft('Keep the same hour for getting up.'));
    expect(await studio('POST', '/twins/dr-ada/submit')).toMatchObject({ version: 2 });
  });
});
