export const JudgeErrorCode = {
  /** The question bank cannot be read or a line of it breaks the schema. */
  BadBank: 'JUDGE_BAD_BANK',
  /** The calibration cannot be read, or was made for another judge. */
  BadCalibration: 'JUDGE_BAD_CALIBRATION',
  /** The model cannot give next-token probabilities, so it cannot judge. */
  ModelCannotJudge: 'JUDGE_MODEL_CANNOT_JUDGE',
} as const;
export type JudgeErrorCode = (typeof JudgeErrorCode)[keyof typeof JudgeErrorCode];
