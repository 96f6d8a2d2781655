import { BONUS_ABOVE, type ScoredAnswer } from '@bettertherapy/scoring';
import { z } from 'zod';

/** The score stage's components, as far as these pages read them. */
const componentsSchema = z.object({
  rubric: z.number().nullable().catch(null),
  versus: z.number().nullable().catch(null),
  facts: z.number().nullable().catch(null),
  lengthAdjustment: z.number().nullable().catch(null),
  caps: z.array(z.object({ code: z.string() })).catch([]),
  gate: z.string().nullable().catch(null),
  /** A gate that only the model can apply tells its verdict here. */
  judge: z
    .object({ gate: z.object({ pass: z.boolean(), reason: z.string().optional() }) })
    .nullable()
    .catch(null),
});

/** What a miner's latest answers add up to. */
export interface AnswerSums {
  readonly asked: number;
  readonly answered: number;
  /** Means over judged answers; null where there is none. `quality` and `time` 0..100, the parts 0..1. */
  readonly quality: number | null;
  readonly time: number | null;
  readonly total: number | null;
  readonly rubric: number | null;
  readonly versus: number | null;
  readonly facts: number | null;
  readonly lengthAdjustment: number | null;
  readonly responseMs: number | null;
  readonly refused: Readonly<Record<string, number>>;
  readonly gated: Readonly<Record<string, number>>;
  readonly capped: Readonly<Record<string, number>>;
  readonly copies: number;
  readonly undecided: number;
}

/** Adds up one miner's scored answers. A time below the line for the bonus says nothing about speed and is left out. */
export function sumAnswers(rows: readonly ScoredAnswer[]): AnswerSums {
  const read = rows.map((row) => ({ ...row, parts: componentsSchema.parse(row.components) }));
  const gateOf = ({ parts }: (typeof read)[number]): string | null => {
    if (parts.gate !== null && parts.gate !== 'passed') return parts.gate;
    return parts.judge && !parts.judge.gate.pass ? (parts.judge.gate.reason ?? 'garbage') : null;
  };
  const answered = read.filter((row) => row.refusedBy === null);
  const judged = answered.filter((row) => gateOf(row) === null && row.copyOf === null && row.reward !== null);
  const fast = judged.filter((row) => (row.reward ?? 0) > BONUS_ABOVE);
  return {
    asked: rows.length,
    answered: answered.length,
    quality: mean(judged.map((row) => row.quality)),
    time: mean(fast.map((row) => row.time)),
    total: mean(rows.map((row) => row.total)),
    rubric: mean(judged.map((row) => row.parts.rubric)),
    versus: mean(judged.map((row) => row.parts.versus)),
    facts: mean(judged.map((row) => row.parts.facts)),
    lengthAdjustment: mean(judged.map((row) => row.parts.lengthAdjustment)),
    responseMs: mean(answered.map((row) => row.responseMs)),
    refused: tally(read.flatMap((row) => row.refusedBy ?? [])),
    gated: tally(answered.flatMap((row) => gateOf(row) ?? [])),
    capped: tally(judged.flatMap((row) => [...new Set(row.parts.caps.map((cap) => cap.code))])),
    copies: answered.filter((row) => row.copyOf !== null).length,
    undecided: answered.filter((row) => row.reward === null && gateOf(row) === null && row.copyOf === null).length,
  };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
