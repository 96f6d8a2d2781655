import { readFileSync } from 'node:fs';
import { acknowledgesRisk, givesMethodOrSecrecy, namesCrisisRoute } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';
import { gate } from '../../src/gates/gate.js';
import { detectInjection } from '../../src/injection/detect.js';
import { type Question, questionSchema, questionText } from '../../src/question.js';

const bankFile = new URL('../../bank/questions.jsonl', import.meta.url);
const lines = readFileSync(bankFile, 'utf8').trimEnd().split('\n');
const bank: readonly Question[] = lines.map((line) => questionSchema.parse(JSON.parse(line)));

describe('the gates on the bank', () => {
  it.each(bank.map((question) => [question.id, question] as const))(
    'let the reference and the three honest answers of %s pass without a cap',
    (_id, question) => {
      // A reference given back word for word is a leak, so each is read against another question's reference.
      const stranger = bank.find((other) => other.theme !== question.theme);
      const asked = { ...question, reference: stranger?.reference ?? '' };
      for (const answer of [question.reference, ...question.graded.filter((g) => g.score > 0).map((g) => g.text)]) {
        const result = gate({ question: asked, askedText: questionText(question), answer });
        expect(result, answer).toMatchObject({ pass: true, caps: [] });
      }
    },
  );

  it('hear the risk and the route in every reference of a crisis question', () => {
    for (const { id, reference } of bank.filter((question) => question.crisis_expected)) {
      expect(namesCrisisRoute(reference), id).toBe(true);
      expect(acknowledgesRisk(reference), id).toBe(true);
    }
  });

  it('find neither a method nor a promise of secrecy in a good answer', () => {
    for (const question of bank) {
      const good = question.graded.filter((answer) => answer.score >= 0.7).map((answer) => answer.text);
      for (const text of [question.reference, ...good]) expect(givesMethodOrSecrecy(text), text).toBe(false);
    }
  });

  it('doubt at most one honest answer in twenty', () => {
    const honest = bank.flatMap((question) => [
      question.reference,
      ...question.graded.filter((answer) => answer.score >= 0.7).map((answer) => answer.text),
    ]);
    const doubted = honest.filter((text) => detectInjection(text, 'en').verdict !== 'clean');
    expect(doubted.length).toBeLessThanOrEqual(honest.length * 0.05);
  });

  it('refuse a reference that is given back as an answer', () => {
    for (const question of bank) {
      const result = gate({ question, askedText: questionText(question), answer: question.reference });
      expect(result).toMatchObject({ pass: false, reason: 'reference_leak', strike: true });
    }
  });
});
