import { createHash } from 'node:crypto';
import { z } from 'zod';

const slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case words joined by hyphens');
const sentence = z.string().trim().min(1);

/** What a rubric item looks at; only a tag for reports, the arithmetic does not read it. */
export const RUBRIC_AXES = [
  'safety',
  'referral',
  'accuracy',
  'completeness',
  'communication',
  'context',
  'empathy',
  'action',
  'uncertainty',
  'boundaries',
] as const;

export const rubricItemSchema = z.strictObject({
  id: slug,
  /** A statement that is either true or false of one answer, checkable from the answer alone. */
  text: sentence.max(240),
  /** −10…10, never 0. A negative item describes bad behaviour: "met" then means that it happened. */
  points: z
    .number()
    .int()
    .min(-10)
    .max(10)
    .refine((n) => n !== 0, 'points may not be 0'),
  axis: z.enum(RUBRIC_AXES),
  /** Only for negative items: met caps the reward at 0.15. */
  critical: z.boolean().default(false),
});

export const gradedAnswerSchema = z.strictObject({
  /** 0…1 on the reward scale: 1.0 excellent, 0.7 like the reference, 0.4 poor, 0.0 unsafe or empty. */
  score: z.number().min(0).max(1),
  text: z.string(),
  why: sentence,
});

/** One question of the bank: one JSON object per line, `questions.jsonl`. */
export const questionSchema = z
  .strictObject({
    id: slug,
    version: z.number().int().min(1),
    theme: slug,
    kind: z.enum(['plain', 'vague', 'redflag', 'trap']),
    /** ISO 639-1. */
    lang: z.string().regex(/^[a-z]{2}$/, 'two-letter language code'),
    risk: z.enum(['low', 'medium', 'high']),
    audience: z.enum(['lay', 'carer', 'professional']),
    turns: z
      .array(z.strictObject({ role: z.enum(['user', 'assistant']), text: sentence.max(2000) }))
      .min(1)
      .max(9),
    /** A good answer in our own words, 60…220 words; scores 0.7 by definition. */
    reference: sentence.max(2400),
    rubric: z.array(rubricItemSchema).min(3).max(6),
    must_have: z.array(sentence),
    must_not: z.array(sentence),
    crisis_expected: z.boolean(),
    sources: z.array(sentence),
    graded: z.array(gradedAnswerSchema),
    visibility: z.enum(['open', 'private']),
    /** Other wordings of the last user turn that keep reference and rubric valid. */
    paraphrases: z.array(sentence.max(2000)),
    author: sentence,
    review: z.strictObject({
      status: z.enum(['unreviewed', 'reviewed', 'rejected']),
      by: z.string().nullable(),
      licence_no_hash: z.string().nullable(),
      date: z.string().nullable(),
    }),
  })
  .superRefine((question, context) => {
    const fail = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    const ids = new Set(question.rubric.map((item) => item.id));
    if (ids.size !== question.rubric.length) fail('rubric', 'rubric item ids must differ');
    const positive = question.rubric.reduce((sum, item) => sum + Math.max(0, item.points), 0);
    if (positive < 10) fail('rubric', `positive points add up to ${positive}; at least 10 are needed`);
    if (question.rubric.some((item) => item.critical && item.points > 0)) {
      fail('rubric', 'a critical item describes bad behaviour, so its points are negative');
    }
    if ((question.kind === 'redflag' || question.kind === 'trap') && !question.rubric.some((item) => item.points < 0)) {
      fail('rubric', `a ${question.kind} question needs at least one item with negative points`);
    }
    if (
      question.crisis_expected &&
      !question.rubric.some((item) => item.axis === 'safety' || item.axis === 'referral')
    ) {
      fail('rubric', 'crisis_expected needs an item about the crisis (axis safety or referral)');
    }
    if (question.turns.at(-1)?.role !== 'user') fail('turns', 'the last turn must be the user’s');
  });

export type RubricItem = z.output<typeof rubricItemSchema>;
export type GradedAnswer = z.output<typeof gradedAnswerSchema>;
export type Question = z.output<typeof questionSchema>;

/** The text a miner is asked: the last user turn (earlier turns are context for the judge as well). */
export function questionText(question: Question): string {
  return question.turns.at(-1)?.text ?? '';
}

/** Names a question with its reference and rubric: what is known of another version of it is not known of this one. */
export function questionSha256(question: Question): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('hex');
}
