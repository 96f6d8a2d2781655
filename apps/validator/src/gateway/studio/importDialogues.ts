import type { IdentifierSpan } from '@bettertherapy/twins';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { MaskTexts } from '../../patientRules.js';
import { maskAll } from './maskAll.js';

/** One dialogue of a file, not saved yet. */
export interface DialogueText {
  readonly question: string;
  readonly answer: string;
}

/** A dialogue with what masking would replace; offsets into the field's own text. */
export interface InspectedDialogue extends DialogueText {
  readonly masked: DialogueText;
  readonly spans: readonly (IdentifierSpan & { readonly field: 'question' | 'answer' })[];
  /** The text may still say who it is about after masking: read it. */
  readonly check: boolean;
}

export interface ImportProblem {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly message: string;
}

export const MAX_DIALOGUES = 200;
export const dialogueSchema = z.strictObject({
  question: z.string().trim().min(1, 'the question is empty').max(2000, 'the question is longer than 2000 characters'),
  answer: z.string().trim().min(1, 'the answer is empty').max(3000, 'the answer is longer than 3000 characters'),
});
const COLUMNS = 'the first line must name the columns question and answer';

/**
 * Masks dialogues. What a doctor sees here is what would be saved.
 * @throws CodedError invalid_request as {@link maskAll}
 */
export async function inspectDialogues(
  dialogues: readonly DialogueText[],
  mask: MaskTexts,
  signal: AbortSignal,
): Promise<InspectedDialogue[]> {
  const texts = dialogues.flatMap(({ question, answer }) => [question, answer]);
  const masked = await maskAll(texts, mask, signal);
  return dialogues.flatMap(({ question, answer }, at): InspectedDialogue[] => {
    const [q, a] = [masked[2 * at], masked[2 * at + 1]];
    if (q === undefined || a === undefined) return [];
    return [
      {
        question,
        answer,
        masked: { question: q.text, answer: a.text },
        spans: [
          ...q.spans.map((span) => ({ field: 'question' as const, ...span })),
          ...a.spans.map((span) => ({ field: 'answer' as const, ...span })),
        ],
        check: q.doubtful || a.doubtful,
      },
    ];
  });
}

/** The dialogues of a CSV (columns question and answer) or JSONL file, and what is wrong with the other lines. Never throws. */
export function readDialogues(
  format: 'csv' | 'jsonl',
  text: string,
): { readonly dialogues: DialogueText[]; readonly problems: ImportProblem[] } {
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text);
  const dialogues: DialogueText[] = [];
  const problems: ImportProblem[] = [];
  for (const { line, value, message } of rows) {
    const parsed = dialogueSchema.safeParse(value);
    if (message !== undefined) problems.push({ line, message });
    else if (!parsed.success) problems.push({ line, message: parsed.error.issues[0]?.message ?? 'is not a dialogue' });
    else if (dialogues.length >= MAX_DIALOGUES)
      problems.push({ line, message: `only ${MAX_DIALOGUES} fit into one import` });
    else dialogues.push(parsed.data);
  }
  return { dialogues, problems };
}

interface ImportRow {
  readonly line: number;
  readonly value?: unknown;
  readonly message?: string;
}

/** What the parser gives with `info`: each record with its place in the file. */
const csvRecords = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));

function csvRows(text: string): ImportRow[] {
  let records: z.output<typeof csvRecords>;
  try {
    records = csvRecords.parse(
      parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }),
    );
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    return [{ line, message: 'is not CSV: a quote is not closed or stands inside a field' }];
  }
  const [head, ...rest] = records;
  const names = head?.record.map((name) => name.toLowerCase()) ?? [];
  const [question, answer] = [names.indexOf('question'), names.indexOf('answer')];
  if (question < 0 || answer < 0) return [{ line: 1, message: COLUMNS }];
  return rest.map(({ info, record }) => ({
    line: info.lines,
    value: { question: record[question] ?? '', answer: record[answer] ?? '' },
  }));
}

const jsonDialogue = z.object({ question: z.unknown(), answer: z.unknown() });

function jsonRows(text: string): ImportRow[] {
  return text.split(/\r?\n/).flatMap((line, at): ImportRow[] => {
    if (line.trim() === '') return [];
    try {
      const parsed = jsonDialogue.safeParse(JSON.parse(line));
      if (parsed.success) return [{ line: at + 1, value: parsed.data }];
      return [{ line: at + 1, message: 'needs the texts question and answer' }];
    } catch {
      // What the parser says quotes the line, and a line may name a patient.
      return [{ line: at + 1, message: 'is not JSON' }];
    }
  });
}
