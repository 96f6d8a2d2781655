import type { Clock } from '@bettertherapy/core';
import type { ReferenceMemory } from '@bettertherapy/judge';
import type { Store } from '@bettertherapy/store';
import { z } from 'zod';

/** Reference values as they were written; those of a build with another shape are judged anew. */
const kept = z.object({
  rubric: z.number().nullable(),
  versus: z.object({ levels: z.array(z.number()), value: z.number().nullable() }),
  items: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      points: z.number(),
      critical: z.boolean(),
      p: z.number(),
      mass: z.number(),
      undecided: z.boolean(),
    }),
  ),
  words: z.number(),
  crisis: z.boolean(),
  boundarySeed: z.string().optional(),
});

/** The judge's references in the journal: a restart does not judge them again, and a resumed round keeps its measure. */
export function referenceMemory(
  manifestSha256: () => string,
  parts: { readonly store: Store; readonly clock: Clock },
): ReferenceMemory {
  const { store, clock } = parts;
  return {
    get: (questionSha256) => {
      const row = store.references.get(manifestSha256(), questionSha256);
      return row ? (kept.safeParse(row.reference).data ?? null) : null;
    },
    use: (questionSha256, values) => {
      const { boundarySeed, ...others } = kept.parse(values);
      store.references.keep({
        manifestSha256: manifestSha256(),
        questionSha256,
        reference: { ...others, ...(boundarySeed === undefined ? {} : { boundarySeed }) },
        judgedMs: clock.wallMs(),
      });
    },
  };
}
