import { z } from 'zod';

const unit = z.number().min(0).max(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const capSchema = z.object({ code: z.string(), limit: unit });
const itemSchema = z.object({
  id: z.string(),
  text: z.string(),
  points: z.number(),
  critical: z.boolean(),
  p: unit,
  mass: z.number().nullable(),
  undecided: z.boolean(),
});
const versusSchema = z.object({ levels: z.array(unit), value: unit.nullable() });

/** What a question's answers are measured against: its reference, judged like an answer. */
const referenceSchema = z.object({
  rubric: unit.nullable(),
  versus: versusSchema,
  items: z.array(itemSchema),
  words: z.number(),
  crisis: z.boolean(),
  /** What the boundary code in its prompts was made from; none in evidence from before it was kept. */
  boundarySeed: hash.optional(),
});

const judgementSchema = z.object({
  manifestSha256: hash,
  items: z.array(itemSchema),
  versus: versusSchema,
  rubric: unit.nullable(),
  facts: unit.nullable(),
  lengthAdjustment: z.number(),
  caps: z.array(capSchema),
  reward: unit.nullable(),
  /** Gate, doubt and words as the judge wrote them. */
  details: z.record(z.string(), z.json()),
});

const answerSchema = z.object({
  requestId: z.string(),
  questionId: z.string(),
  hotkey: z.string(),
  statusCode: z.int(),
  text: z.string().nullable(),
  refusedBy: z.string().nullable(),
  /** Unix milliseconds, the order in which copies are told from originals. */
  receivedMs: z.number(),
  responseMs: z.number(),
  protocol: z.string(),
  gate: z.object({ pass: z.boolean(), reason: z.string().nullable() }).nullable(),
  judgement: judgementSchema.nullable(),
  score: z.object({
    reward: unit.nullable(),
    quality: z.number(),
    time: z.number(),
    total: z.number(),
    copyOf: z.string().nullable(),
  }),
});

const ratingSchema = z.object({ n: z.number(), mean: unit, globalMean: unit, share: unit });

/** One miner's result of the round and what it did to its average. */
const foldSchema = z.object({
  hotkey: z.string(),
  registeredAtBlock: z.int(),
  inputs: z.object({
    totals: z.array(z.number().nullable()),
    organic: z.array(z.number()),
    organicShare: unit,
    rating: ratingSchema.nullable(),
    capped: z.boolean(),
  }),
  mean: z.number(),
  asked: z.int(),
  answered: z.int(),
  emaBefore: z.number().nullable(),
  emaAfter: z.number(),
  roundsAfter: z.int(),
});

/** Everything that weights are computed from, at one block. */
const weightInputsSchema = z.object({
  self: z.string(),
  neurons: z.array(z.object({ uid: z.int(), hotkey: z.string(), registeredAt: z.int() })),
  averages: z.array(z.object({ hotkey: z.string(), registeredAtBlock: z.int(), ema: z.number(), rounds: z.int() })),
  counts: z.array(z.object({ hotkey: z.string(), registeredAtBlock: z.int(), asked: z.int(), answered: z.int() })),
  strikes: z.array(z.tuple([z.string(), z.int()])),
  copyPairs: z.array(
    z.object({ a: z.string(), b: z.string(), together: z.int(), copies: z.int(), roundsWithCopies: z.int() }),
  ),
  previous: z.array(z.string()),
  power: z.number(),
  rules: z.object({ maxWeightsLimit: z.number(), minAllowedWeights: z.number() }),
});
export type RecordedWeightInputs = z.infer<typeof weightInputsSchema>;

const weightsSchema = z.object({
  block: z.int(),
  inputs: weightInputsSchema,
  /** Null: with these inputs no weights are set. */
  result: z.object({ uids: z.array(z.int()), values: z.array(z.int()) }).nullable(),
});

/** The evidence of one round. No patient's words are in it. */
export const roundEvidenceSchema = z.object({
  schema: z.literal(1),
  kind: z.literal('round'),
  chain: z.object({ genesis: z.string(), netuid: z.int(), mecid: z.int() }),
  validator: z.string(),
  build: z.string(),
  scoringVersion: z.string(),
  /** Hash of the evidence before it; null in the first. The newest hash thereby stands for all. */
  previous: hash.nullable(),
  round: z.object({
    id: z.string(),
    number: z.int(),
    block: z.int(),
    blockHash: z.string(),
    seed: z.string(),
    startedMs: z.number(),
    closedMs: z.number().nullable(),
    counted: z.boolean(),
    voidReason: z.string().nullable(),
  }),
  settings: z.object({ alpha: z.number(), organicShare: unit, power: z.number() }),
  manifests: z.record(hash, z.record(z.string(), z.json())),
  lengthFit: z.object({ slope: z.number(), sd: z.number(), samples: z.int() }).nullable(),
  participants: z.array(z.object({ hotkey: z.string(), registeredAtBlock: z.int(), uid: z.int() })),
  questions: z.array(
    z.object({
      id: z.string(),
      bankId: z.string(),
      askedText: z.string(),
      bankEntry: z.record(z.string(), z.json()),
      reference: referenceSchema.nullable(),
    }),
  ),
  answers: z.array(answerSchema),
  controls: z.array(
    z.object({ kind: z.string(), reward: unit.nullable(), low: z.number(), high: z.number(), pass: z.boolean() }),
  ),
  folds: z.array(foldSchema),
  /** What the averages came to after this round, by the metagraph of that moment; null when no node could be asked. */
  weights: weightsSchema.nullable(),
});
export type RoundEvidence = z.infer<typeof roundEvidenceSchema>;
export type RecordedAnswer = RoundEvidence['answers'][number];
export type RecordedQuestion = RoundEvidence['questions'][number];
export type RecordedFold = RoundEvidence['folds'][number];
export type RecordedWeights = NonNullable<RoundEvidence['weights']>;

/** A file of evidence: the canonical text's hash, signed by the validator's hotkey. */
export const evidenceFileSchema = z.strictObject({
  evidence: z.unknown(),
  sha256: hash,
  signer: z.string(),
  /** sr25519 over {@link signedText}, hex. */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type EvidenceFile = z.infer<typeof evidenceFileSchema>;
