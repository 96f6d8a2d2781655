import { type ReactNode, useState } from 'react';
import type { PatientApi } from '../api/patient.js';
import type { Rating } from '../api/types.js';
import { Button } from '../design/Button.js';
import { AnswerText } from './AnswerText.js';
import { Avatar } from './Avatar.js';
import type { Turn } from './conversation.js';
import { RatingForm } from './RatingForm.js';
import { ReportDialog } from './ReportDialog.js';
import { SourceList } from './SourceList.js';

interface AnswerNoteProps {
  readonly turn: Turn;
  readonly name: string;
  readonly picture: string;
  readonly failure: string | null;
  readonly mayRate: boolean;
  readonly api: PatientApi;
  readonly onRated: (answerId: string, rating: Rating | null) => void;
  /** Null where asking again is not offered. */
  readonly onAgain: (() => void) | null;
}

/** One answer with its sources and what can be done with it. Never an empty bubble. */
export function AnswerNote({
  turn,
  name,
  picture,
  failure,
  mayRate,
  api,
  onRated,
  onAgain,
}: AnswerNoteProps): ReactNode {
  const [reporting, setReporting] = useState(false);
  const arriving = turn.status === 'arriving';
  const { answerId } = turn;
  return (
    <article className={turn.status === 'failed' ? 'note note-failed' : 'note'} aria-busy={arriving}>
      <Avatar name={name} picture={picture} small />
      <div className="note-body">
        <p className="note-who">{turn.notice ?? `${name}’s AI twin`}</p>
        {turn.text ? <AnswerText text={turn.text} /> : null}
        {arriving ? (
          <p className="quiet caret" aria-hidden="true">
            {turn.text ? '' : 'Looking for the best answer'}
          </p>
        ) : null}
        {turn.status === 'stopped' ? <p className="quiet small">You stopped this answer.</p> : null}
        {turn.status === 'failed' ? (
          <p className="problem">{failure ?? 'No answer came. Your question is kept; please ask again.'}</p>
        ) : null}
        {turn.sources.length > 0 ? (
          <details className="sources">
            <summary>Sources ({turn.sources.length})</summary>
            <SourceList sources={turn.sources} />
          </details>
        ) : null}
        {arriving ? null : (
          <div className="note-tools">
            {turn.text ? <CopyButton text={turn.text} /> : null}
            {onAgain ? (
              <Button kind="bare" onClick={onAgain}>
                Ask again
              </Button>
            ) : null}
            {answerId && turn.text ? (
              <Button kind="bare" onClick={() => setReporting(true)}>
                Report
              </Button>
            ) : null}
          </div>
        )}
        {mayRate && answerId && (turn.ratingToken || turn.rating) ? (
          <RatingForm
            api={api}
            answerId={answerId}
            token={turn.ratingToken}
            rating={turn.rating}
            onRated={(rating) => onRated(answerId, rating)}
          />
        ) : null}
        {reporting && answerId ? (
          <ReportDialog api={api} answerId={answerId} onClose={() => setReporting(false)} />
        ) : null}
      </div>
    </article>
  );
}

function CopyButton({ text }: { readonly text: string }): ReactNode {
  const [word, setWord] = useState('Copy');
  const copy = (): void => {
    // Absent on pages served over plain HTTP from another machine.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setWord('Copied'),
      () => setWord('Could not copy'),
    );
  };
  return (
    <Button kind="bare" onClick={copy}>
      <span aria-live="polite">{word}</span>
    </Button>
  );
}
