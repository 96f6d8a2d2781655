import { createHash } from 'node:crypto';
import type { ModelInfo } from '@bettertherapy/llm';
import { type CalibrationTable, IDENTITY_CALIBRATION, SCORING_VERSION } from '@bettertherapy/scoring';
import { GATE_LIMITS } from './gates/gate.js';
import type { JudgeProfile } from './profile.js';
import { promptHash } from './prompts/prompts.js';

/** Raise when a gate, an injection rule or a lexicon changes: two builds that gate differently may not share scores. */
const GATES_VERSION = '1.1.0';

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
