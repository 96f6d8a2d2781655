import { gate } from '@bettertherapy/judge';
import type { InboxLine } from '@bettertherapy/store';
import { deidentify } from '@bettertherapy/twins';
import { GOLD_PREFIX } from '../../round/goldQuestions.js';
import { apiError } from '../http/errors.js';
import { goldProblem, goldQuestion } from './goldQuestion.js';
import type { StudioParts } from './parts.js';

/** What a doctor says instead. */
export interface CorrectionInput {
  readonly answer: string;
  /** The question in the doctor's own words; needed where the patient has not agreed to training. */
  readonly question?: string | undefined;
  /** What was wrong with the answer; becomes a critical failure in the gold question. */
  readonly mistake?: string | undefined;
}

/** An answer that a patient was unhappy with, as the doctor sees it: identifiers masked, nothing of who asked. */
export function inboxJson(line: InboxLine) {
  const { stars, thumb, ratingReason, ratingText } = line;
  return {
    answer_id: line.answerId,
    question: deidentify(line.question).text,
    answer: deidentify(line.answer).text,
    why: whyOf(line),
    rating: stars === null && thumb === null ? null : { stars, thumb, reason: ratingReason, text: masked(ratingText) },
    reported: line.reports,
    crisis: line.crisis,
    created_ms: line.createdMs,
    corrected: line.corrected,
    needs_question: !line.consented,
  };
}

function whyOf({ stars, thumb, ratingReason, reportReason, reportText, reports }: InboxLine): string {
  const rated = stars !== null ? `rated ${stars} of 5` : thumb === 'down' ? 'voted down' : null;
  const voted = rated === null ? null : ratingReason === null ? rated : `${rated}: ${ratingReason}`;
  const reported =
    reports === 0
      ? null
      : `reported: ${reportReason ?? 'no reason'}${reportText ? ` (${masked(reportText) ?? ''})` : ''}`;
  return [voted, reported].filter((part) => part !== null).join('; ');
}

function masked(text: string | null): string | null {
  return text === null ? null : deidentify(text).text;
}

/**
 * Makes a correction: a reviewed dialogue in the twin's memory and a gold question that rounds ask from then on.
 * @throws CodedError not_found, conflict, invalid_request
 */
export function correctAnswer(
  at: {
    readonly twinId: string;
    readonly doctorId: string;
    readonly answerId: string;
    readonly input: CorrectionInput;
  },
  parts: StudioParts,
): { readonly dialogueId: string; readonly goldId: string } {
  const { store, registry, clock, newId } = parts;
  const { twinId, doctorId, answerId, input } = at;
  const line = store.inbox.byAnswer(twinId, answerId);
  if (!line) throw apiError('not_found', 'There is no such answer in the inbox of this twin.');
  if (line.corrected) throw apiError('conflict', 'This answer has been corrected already.');
  if (input.question === undefined && !line.consented) {
    throw apiError(
      'conflict',
      'The patient has not agreed that what they wrote is used. Put the question in your own words.',
      {
        param: 'question',
      },
    );
  }
  const pack = registry.catalogue.currentOf(twinId)?.pack ?? registry.catalogue.newestContent(twinId);
  const question = deidentify(input.question ?? line.question).text;
  const answer = deidentify(input.answer).text;
  const problem = goldProblem({ answer });
  if (problem !== null) throw apiError('invalid_request', `\`answer\` ${problem}.`, { param: 'answer' });
  const nowMs = clock.wallMs();
  const ownWords = input.question !== undefined;
  const goldId = `${GOLD_PREFIX}${ownWords ? 'own-' : ''}${newId().toLowerCase()}`;
  const gold = goldQuestion({
    id: goldId,
    twinId,
    doctorId: `doctor-${doctorId.toLowerCase()}`,
    question,
    answer,
    mistake: input.mistake === undefined ? null : deidentify(input.mistake).text,
    licenceSha256: pack?.licence.numberSha256 ?? null,
    lang: pack?.languages[0]?.slice(0, 2) ?? 'en',
    date: new Date(nowMs).toISOString().slice(0, 10),
  });
  const passes = gate({ question: gold, askedText: question, answer, mayOverlapReference: true });
  if (!passes.pass) {
    throw apiError('invalid_request', `\`answer\` would not pass the gates itself: ${passes.reason}.`, {
      param: 'answer',
    });
  }
  const dialogueId = newId().toLowerCase();
  const masks = deidentify(input.question ?? line.question).spans.length + deidentify(input.answer).spans.length;
  const saved = store.dialogues.correct({
    dialogue: { id: dialogueId, twinId, doctorId, question, answer, masked: masks, createdMs: nowMs },
    correction: {
      answerId,
      twinId,
      doctorId,
      dialogueId,
      ownWords,
      goldId,
      // A question is plain JSON: its schema has nothing but texts, numbers, flags, lists and objects.
      gold: JSON.parse(JSON.stringify(gold)),
      createdMs: nowMs,
    },
  });
  if (!saved) throw apiError('conflict', 'This answer has been corrected already.');
  return { dialogueId, goldId };
}
