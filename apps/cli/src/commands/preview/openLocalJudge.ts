import { type ModelOptions, modelApiKey, modelFragment } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { type RoundEvidence, recordedReferences } from '@bettertherapy/evidence';
import {
  type Examiner,
  hashBank,
  type Judge,
  type JudgeManifest,
  judgeManifest,
  type ManifestDifference,
  manifestDifferences,
  openExaminer,
  openJudgeModel,
  profileFor,
  type Question,
  readManifest,
} from '@bettertherapy/judge';
import { type LanguageModel, loadManifest } from '@bettertherapy/llm';
import type { CommandContext } from '../../command.js';
import { manifestPath } from '../../start/layout.js';
import { CliErrorCode, cliError } from '../errors.js';
import { downloadNotes } from '../models.js';

/** The model that validators judge with unless they are told otherwise. */
const RELEASE_MODEL = modelFragment.shape.name.parse(undefined);

export interface LocalJudge {
  readonly judge: Judge;
  readonly examiner: Examiner;
  /** How this judge differs from the validator's; with one that matters only what was allowed to differ. */
  readonly differences: readonly ManifestDifference[];
  close(): Promise<void>;
}

/** The manifest by which answers of a round were judged. @throws CodedError CLI_USAGE */
export function manifestOf(evidence: RoundEvidence, sha256: string | null): JudgeManifest {
  const named = sha256 ?? evidence.answers.find(({ judgement }) => judgement)?.judgement?.manifestSha256 ?? null;
  const manifest = named === null ? null : readManifest(evidence.manifests[named]);
  if (manifest) return manifest;
  throw cliError(CliErrorCode.Usage, `round ${evidence.round.number} names no judge that this release knows`, {
    remedy: 'Take the evidence of a round in which answers were judged, and the release that its validator runs.',
    details: { manifest: named },
  });
}

/**
 * The judge of a validator, put together here. Without `wanted` it is compared with the judge of this release.
 * @throws CodedError CLI_OTHER_JUDGE unless `allowOther`; LLM_…
 */
export async function openLocalJudge(
  options: {
    readonly model: ModelOptions;
    readonly bank: readonly Question[];
    readonly wanted: JudgeManifest | null;
    readonly evidence: RoundEvidence | null;
    readonly allowOther: boolean;
  },
  context: Pick<CommandContext, 'signal' | 'note' | 'input' | 'log'>,
): Promise<LocalJudge> {
  const { bank, wanted, evidence, allowOther } = options;
  const { signal, note, input, log } = context;
  const base = { clock: systemClock, log, metrics: null };
  const modelParts = { ...base, manifestPath, env: input.env, onProgress: downloadNotes(note) };
  const model = await openJudgeModel({ ...options.model, apiKey: modelApiKey(options.model) }, modelParts, signal);
  try {
    const there = wanted ?? (await releaseManifest(model, bank));
    const { profile, calibration } = there;
    const here = judgeManifest(model.info, profile, hashBank(bank), calibration);
    const differences = manifestDifferences(here, there);
    const other = differences.some(({ matters }) => matters);
    if (other && !allowOther) throw otherJudge(differences);
    // Another model has its own scale: it is read by its own profile and measures by its own reading of the reference.
    const judged = other || evidence === null ? undefined : () => recordedReferences(evidence);
    const opened = openExaminer(other ? { bank } : { bank, profile, calibration }, {
      ...base,
      model,
      references: judged,
    });
    return { ...opened, differences, close: () => model.close() };
  } catch (error) {
    await model.close();
    throw error;
  }
}

async function releaseManifest({ info }: LanguageModel, bank: readonly Question[]): Promise<JudgeManifest> {
  const known = (await loadManifest(manifestPath)).models.find(({ id }) => id === RELEASE_MODEL);
  const model = { ...info, name: RELEASE_MODEL, sha256: known?.sha256 ?? null };
  return judgeManifest(model, profileFor(model), hashBank(bank));
}

function otherJudge(differences: readonly ManifestDifference[]): Error {
  const told = differences
    .filter(({ matters }) => matters)
    .map(({ field, here, there }) => `${field} here ${shown(here)}, there ${shown(there)}`)
    .join('; ');
  return cliError(CliErrorCode.OtherJudge, `this is not the judge of the validator: ${told}`, {
    remedy:
      'Name its model with --model.name (and run the release that it runs), or say --allow_other_model to see what another judge makes of it.',
    details: { differences },
  });
}

/** Short enough for a line. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 16)}…` : text;
}
