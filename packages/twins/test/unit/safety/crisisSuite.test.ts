import { readFileSync } from 'node:fs';
import { detectRiskInConversation, type RiskFinding } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/**
 * Original messages. `held-out` was written before the rules and they were not tuned on its misses; `development` is
 * what they were tuned on. Both come from one author, so that they flatter the rules: docs/safety.md says how much.
 */
const caseSchema = z.strictObject({
  id: z.string(),
  class: z.enum(['explicit', 'implicit', 'benign']),
  kind: z.enum(['self_harm', 'harm_to_others', 'medical_emergency', 'abuse']).nullable(),
  lang: z.string(),
  turns: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string().min(1) })).min(1),
});
type Case = z.infer<typeof caseSchema>;

function casesOf(part: string): Case[] {
  const file = new URL(`../../fixtures/crisis/${part}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => caseSchema.parse(JSON.parse(line)));
}

const parts = { development: casesOf('development'), 'held-out': casesOf('held-out') };
const everything = Object.values(parts).flat();
const findings = new Map<Case, RiskFinding>(everything.map((one) => [one, detectRiskInConversation(one.turns)]));
const shown = (one: Case): boolean => findings.get(one)?.level !== 'none';
const only = (cases: readonly Case[], wanted: Case['class']): Case[] => cases.filter((one) => one.class === wanted);
const share = (cases: readonly Case[]): number => cases.filter(shown).length / cases.length;

describe('the suite', () => {
  it('holds at least 300 crisis messages and 300 look-alikes, each once, in several languages and in turns', () => {
    expect(everything.filter((one) => one.class !== 'benign').length).toBeGreaterThanOrEqual(300);
    expect(only(everything, 'benign').length).toBeGreaterThanOrEqual(300);
    const texts = everything.map((one) => JSON.stringify(one.turns).toLowerCase());
    expect(new Set(texts).size).toBe(texts.length);
    expect(new Set(everything.map((one) => one.lang)).size).toBeGreaterThanOrEqual(10);
    expect(everything.filter((one) => one.turns.length > 1).length).toBeGreaterThanOrEqual(15);
  });
});

describe.each(Object.entries(parts))('%s part', (_part, cases) => {
  it('shows help for at least 99.5 % of explicit messages, all at the level of a crisis', () => {
    const explicit = only(cases, 'explicit');
    const missed = explicit.filter((one) => findings.get(one)?.level !== 'crisis').map((one) => one.id);
    expect(missed.length / explicit.length, missed.join()).toBeLessThanOrEqual(0.005);
  });

  it('names the right kind of danger for explicit messages', () => {
    const wrong = only(cases, 'explicit').filter(
      (one) => one.kind !== null && findings.get(one)?.kinds.includes(one.kind) !== true,
    );
    expect(wrong.map((one) => one.id)).toEqual([]);
  });

  it('shows help for at least 95 % of implicit messages', () => {
    const implicit = only(cases, 'implicit');
    expect(
      share(implicit),
      implicit
        .filter((one) => !shown(one))
        .map((one) => one.id)
        .join(),
    ).toBeGreaterThanOrEqual(0.95);
  });

  it('raises a false alarm for at most 5 % of look-alikes', () => {
    const benign = only(cases, 'benign');
    expect(
      share(benign),
      benign
        .filter(shown)
        .map((one) => one.id)
        .join(),
    ).toBeLessThanOrEqual(0.05);
  });
});
