/** What a score is made from, as the judge and the gates leave it. */
interface Findings<Cap, Details> {
  readonly gate: { readonly reason: string | null } | null | undefined;
  readonly judgement:
    | {
        readonly rubric: number | null;
        readonly versus: { readonly value: number | null };
        readonly facts: number | null;
        readonly lengthAdjustment: number | null;
        readonly caps: readonly Cap[];
        readonly details: Details;
      }
    | null
    | undefined;
}

/** The parts of a score as the journal keeps them and `sumAnswers` reads them. */
export function scoreComponents<Cap, Details>({ gate, judgement }: Findings<Cap, Details>) {
  return {
    rubric: judgement?.rubric ?? null,
    versus: judgement?.versus.value ?? null,
    facts: judgement?.facts ?? null,
    lengthAdjustment: judgement?.lengthAdjustment ?? null,
    caps: [...(judgement?.caps ?? [])],
    gate: gate ? (gate.reason ?? 'passed') : null,
    judge: judgement?.details ?? null,
  };
}
