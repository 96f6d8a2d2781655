import type { ManifestDifference } from '@bettertherapy/judge';

export interface ShownJudge {
  readonly model: string;
  readonly manifest: string;
  readonly differences: readonly ManifestDifference[];
}

const NOTES: Readonly<Record<string, string>> = {
  runtime: 'another runtime or processor: probabilities may differ in their last digits',
  bankSha256: 'another question bank: the validator asks questions that are not here, or the other way round',
};

/** Which judge this is, and what sets it apart from the validator's. */
export function judgeLines({ model, manifest, differences }: ShownJudge): string[] {
  return [
    `judge      ${model}, manifest ${manifest.slice(0, 16)}…`,
    ...differences.map(({ field, matters }) => {
      return matters
        ? `           ANOTHER JUDGE than the one compared with: ${field} differs, and so do scores`
        : `           ${NOTES[field] ?? `${field} differs`}`;
    }),
  ];
}
