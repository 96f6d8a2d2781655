import { createHash } from 'node:crypto';
import type { ModelInfo } from '@bettertherapy/llm';
import { type CalibrationTable, IDENTITY_CALIBRATION, SCORING_VERSION, sameArithmetic } from '@bettertherapy/scoring';
import { canonicalJson } from '@bettertherapy/twins';
import { z } from 'zod';
import { GATE_LIMITS } from './gates/gate.js';
import type { JudgeProfile } from './profile.js';
import { promptHash } from './prompts/prompts.js';

/** Raise when a gate, an injection rule or a lexicon changes: two builds that gate differently may not share scores. */
const GATES_VERSION = '1.3.0';

/** Which judge made a score: two validators with equal hashes judge alike up to the last bits of their kernels. */
export interface JudgeManifest {
  readonly modelName: string;
  readonly modelSha256: string | null;
  readonly quantisation: string | null;
  readonly runtime: string;
  readonly profile: JudgeProfile;
  readonly promptSha256: string;
  readonly gatesVersion: string;
  readonly scoringVersion: string;
  readonly bankSha256: string;
  readonly calibration: CalibrationTable;
  /** Version of the fact corpus; null while facts are not checked. */
  readonly corpus: string | null;
  /** Hash over all of the above. */
  readonly sha256: string;
}

export function judgeManifest(
  info: ModelInfo,
  profile: JudgeProfile,
  bankSha256: string,
  calibration: CalibrationTable = IDENTITY_CALIBRATION,
): JudgeManifest {
  const body = {
    modelName: info.name,
    modelSha256: info.sha256,
    quantisation: info.quantisation,
    runtime: info.runtime,
    profile,
    promptSha256: promptHash(),
    gatesVersion: GATES_VERSION,
    scoringVersion: SCORING_VERSION,
    bankSha256,
    calibration,
    corpus: null,
  };
  const sha256 = createHash('sha256')
    .update(JSON.stringify([body, GATE_LIMITS]))
    .digest('hex');
  return { ...body, sha256 };
}

const range = z.tuple([z.number(), z.number()]);
const manifestSchema = z.object({
  modelName: z.string(),
  modelSha256: z.string().nullable(),
  quantisation: z.string().nullable(),
  runtime: z.string(),
  profile: z.object({
    name: z.string(),
    minimumMass: z.number(),
    maximumPerplexity: z.number(),
    maximumWindowRatio: z.number(),
    minimumGain: z.number(),
    weakGain: z.number(),
    weakTopic: z.number(),
    askNegations: z.boolean(),
    secondPass: z.boolean(),
    criticalAt: z.number(),
    criticalMargin: z.number(),
    robustCopies: z.boolean(),
    coreItems: z.array(z.string()).nullable(),
    controls: z.object({ reference: range, null: range, other_reference: range }),
  }),
  promptSha256: z.string(),
  gatesVersion: z.string(),
  scoringVersion: z.string(),
  bankSha256: z.string(),
  calibration: z.array(range),
  corpus: z.string().nullable(),
  sha256: z.string(),
});

/** A manifest that was written somewhere else; null for one of a release that had other members. */
export function readManifest(value: unknown): JudgeManifest | null {
  return manifestSchema.safeParse(value).data ?? null;
}

/** A way in which two judges differ. */
export interface ManifestDifference {
  readonly field: string;
  readonly here: unknown;
  readonly there: unknown;
  /** They give other scores; otherwise at most the last bits differ, or questions that only one of them asks. */
  readonly matters: boolean;
}

/** What sets a judge apart from another one; empty when both judge alike on equal hardware. */
export function manifestDifferences(here: JudgeManifest, there: JudgeManifest): ManifestDifference[] {
  const found: ManifestDifference[] = [];
  const compare = (field: keyof JudgeManifest, matters: boolean, equal = same(here[field], there[field])): void => {
    if (!equal) found.push({ field, here: here[field], there: there[field], matters });
  };
  // A file is known by its hash, whatever it is called; a model of a server only by its name.
  if (here.modelSha256 !== null && there.modelSha256 !== null) compare('modelSha256', true);
  else compare('modelName', true);
  compare('profile', true);
  compare('promptSha256', true);
  compare('gatesVersion', true);
  compare('scoringVersion', true, sameArithmetic(here.scoringVersion, there.scoringVersion));
  compare('calibration', true);
  compare('corpus', true);
  compare('runtime', false);
  compare('bankSha256', false);
  return found;
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
