import { CoreErrorCode, hasCode } from '@bettertherapy/core';
import { gate } from '@bettertherapy/judge';
import type { InboxLine } from '@bettertherapy/store';
import type { MaskTexts } from '../../patientRules.js';
import { GOLD_PREFIX } from '../../round/goldQuestions.js';
import { apiError } from '../http/errors.js';
import { goldProblem, goldQuestion } from './goldQuestion.js';
import { maskAll } from './maskAll.js';
import type { StudioParts } from './parts.js';

/** What a doctor says instead. */
export interface CorrectionInput {
  readonly answer: string;
  /** The question in the doctor's own words; needed where the patient has not agreed to training. */
  readonly question?: string | undefined;
  /** What was wrong with the answer; becomes a critical failure in the gold question. */
  readonly mistake?: string | undefined;
}

/** Stands where a text kept the rules busy for too long: a doctor sees nothing that was not looked through. */
const NOT_SHOWN = '(not shown: the search for identifiers took too long)';

/** Answers that patients were unhappy with, as the doctor sees them: identifiers masked, nothing of who asked. */
export async function inboxJson(lines: readonly InboxLine[], mask: MaskTexts, signal: AbortSignal) {
  const seen = [];
  for (const line of lines) {
    const texts = [line.question, line.answer, line.ratingText ?? '', line.reportText ?? ''];
    const masked = await mask(texts, signal).catch((error: unknown) => {
      if (!hasCode(error, CoreErrorCode.DeadlineExceeded)) throw error;
      return texts.map(() => ({ text: NOT_SHOWN }));
    });
    const [question = '', answer = '', ratingText = '', reportText = ''] = masked.map(({ text }) => text);
    seen.push(lineJson({ ...line, question, answer, ratingText: ratingText || null, reportText: reportText || null }));
  }
  return seen;
}

/** @param line with its texts masked */
function lineJson(line: InboxLine) {
  const { stars, thumb, ratingReason, ratingText } = line;
  return {
    answer_id: line.answerId,
    question: line.question,
    answer: line.answer,
    why: whyOf(line),
    rating: stars === null && thumb === null ? null : { stars, thumb, reason: ratingReason, text: ratingText },
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
    reports === 0 ? null : `reported: ${reportReason ?? 'no reason'}${reportText ? ` (${reportText})` : ''}`;
  return [voted, reported].filter((part) => part !== null).join('; ');
}

/**
 * Makes a correction: a reviewed dialogue in the twin's memory and a gold question that rounds ask from then on.
 * @throws CodedError not_found, conflict, invalid_request
 */
export async function correctAnswer(
  at: {
    readonly twinId: string;
    readonly doctorId: string;
    readonly answerId: string;
    readonly input: CorrectionInput;
  },
  parts: StudioParts,
  signal: AbortSignal,
): Promise<{ readonly dialogueId: string; readonly goldId: string }> {
  const { store, registry, clock, newId, mask } = parts;
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
  const texts = [input.question ?? line.question, input.answer, input.mistake ?? ''];
  const masked = await maskAll(texts, mask, signal);
  const [question = '', answer = '', mistake = ''] = masked.map(({ text }) => text);
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
    mistake: input.mistake === undefined ? null : mistake,
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
  const masks = masked.slice(0, 2).reduce((sum, { spans }) => sum + spans.length, 0);
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
