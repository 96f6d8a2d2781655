import { readFile } from 'node:fs/promises';
import type { RecordedQuestion, RoundEvidence } from '@bettertherapy/evidence';
import { languageAmong, patientQuestion, type Question, questionSchema, questionText } from '@bettertherapy/judge';
import { detectRiskInConversation, parsePack, readShippedPacks, type TwinPack } from '@bettertherapy/twins';
import { z } from 'zod';
import { CliErrorCode, cliError } from '../errors.js';
import { readPackFile } from '../twin/packFile.js';

/** This many of the last turns are read for danger, as the gateway does. */
const TURNS_READ = 8;

/** A question as a judge needs it, and how it came about. */
export interface AskedQuestion {
  readonly question: Question;
  readonly askedText: string;
  /** A question of the evidence, of the bank, or one that nobody wrote a reference for. */
  readonly origin: 'evidence' | 'bank' | 'patient';
}

/**
 * The question that a miner was asked. By id or wording it is looked for in the evidence, then in the bank; any other text
 * is judged as validators judge a patient's question: against a careful reply that fits all of them.
 * @throws CodedError CLI_USAGE
 */
export async function askedQuestion(
  asked: {
    readonly text: string;
    /** Id of a shipped twin, or a pack file. */
    readonly twin: string | null;
    /** JSON file with the turns before it. */
    readonly history: string | null;
  },
  known: { readonly bank: readonly Question[]; readonly evidence: RoundEvidence | null },
): Promise<AskedQuestion> {
  const text = plain(asked.text);
  if (asked.history === null) {
    const found = inEvidence(text, known.evidence?.questions ?? []) ?? inBank(text, known.bank);
    if (found) return found;
  }
  const earlier = asked.history === null ? [] : await readHistory(asked.history);
  const turns = [...earlier, { role: 'user' as const, text: asked.text.trim() }];
  const languages = asked.twin === null ? ['en'] : (await readTwin(asked.twin)).languages.map(primaryTag);
  const { level } = detectRiskInConversation(
    turns.slice(-TURNS_READ).map(({ role, text: content }) => ({ role, content })),
  );
  const lang = languageAmong(asked.text, languages);
  const question = patientQuestion({ id: 'preview', lang, turns, crisis: level === 'crisis' });
  if (question) return { question, askedText: questionText(question), origin: 'patient' };
  throw cliError(CliErrorCode.Usage, 'this question cannot be judged', {
    remedy: 'Give --question some text; the history must be turns of user and assistant with text.',
  });
}

function inEvidence(text: string, questions: readonly RecordedQuestion[]): AskedQuestion | null {
  const found = questions.find(({ id, bankId, askedText }) => [id, bankId, plain(askedText)].includes(text));
  if (!found) return null;
  return { question: questionSchema.parse(found.bankEntry), askedText: found.askedText, origin: 'evidence' };
}

function inBank(text: string, bank: readonly Question[]): AskedQuestion | null {
  for (const question of bank) {
    const wording = [questionText(question), ...question.paraphrases].find((one) => plain(one) === text);
    if (wording !== undefined) return { question, askedText: wording, origin: 'bank' };
    if (question.id === text) return { question, askedText: questionText(question), origin: 'bank' };
  }
  return null;
}

const turnSchema = z
  .object({ role: z.enum(['user', 'assistant']), text: z.string().optional(), content: z.string().optional() })
  .transform(({ role, text, content }) => ({ role, text: text ?? content ?? '' }));

async function readHistory(file: string): Promise<{ readonly role: 'user' | 'assistant'; readonly text: string }[]> {
  try {
    return z.array(turnSchema).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw cliError(CliErrorCode.Usage, `${file} is no history of a conversation`, {
      remedy:
        'Give a JSON list like [{"role": "user", "text": "…"}, {"role": "assistant", "text": "…"}], oldest first.',
      cause,
    });
  }
}

async function readTwin(twin: string): Promise<TwinPack> {
  const shipped = (await readShippedPacks()).find(({ id }) => id === twin);
  return shipped ?? parsePack(await readPackFile(twin));
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** `en-GB` → `en`. */
function primaryTag(language: string): string {
  return language.split('-')[0] ?? language;
}
