import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { type PatientApi, readTwin } from '../api/patient.js';
import type { SessionWithMessages, TwinDetail } from '../api/types.js';
import { Button } from '../design/Button.js';
import { Notice } from '../design/Notice.js';
import { Loaded, useResource } from '../design/Resource.js';
import { GatewayError } from '../edge/http.js';
import { useHelp } from '../shell/help.js';
import { Page } from '../shell/Page.js';
import { usePatient } from '../shell/session.js';
import { AboutTwin } from './AboutTwin.js';
import { AnswerNote } from './AnswerNote.js';
import { Composer } from './Composer.js';
import { useChat } from './useChat.js';

/** Any other refusal may pass, and must not pass for a withdrawal. */
function nullWhenGone(error: unknown): null {
  if (error instanceof GatewayError && error.status === 404) return null;
  throw error;
}

interface Opened {
  readonly session: SessionWithMessages;
  /** Null when the twin was withdrawn since. */
  readonly twin: TwinDetail | null;
}

/** One conversation. */
export function ChatPage({ id }: { readonly id: string }): ReactNode {
  const { api, token } = usePatient();
  if (api === null || token === null) {
    return (
      <Page title="This conversation is not yours">
        <p>
          It belongs to another browser, or was deleted. <Link href="/">See the twins</Link>
        </p>
      </Page>
    );
  }
  return <OwnChat id={id} api={api} token={token} />;
}

function OwnChat({
  id,
  api,
  token,
}: {
  readonly id: string;
  readonly api: PatientApi;
  readonly token: string;
}): ReactNode {
  const load = useCallback(
    async (signal: AbortSignal): Promise<Opened> => {
      const session = await api.readSession(id, signal);
      // The conversation stays readable when its twin is gone.
      const twin = await readTwin(session.twin.id, signal).catch(nullWhenGone);
      return { session, twin };
    },
    [api, id],
  );
  const [opened, again] = useResource(load);
  if (opened.data !== null) return <Consultation {...opened.data} api={api} token={token} />;
  return (
    <Page title={opened.state === 'failed' ? 'This conversation cannot be shown' : 'Your conversation'}>
      <Loaded of={opened} again={again}>
        {() => null}
      </Loaded>
      <p>
        <Link href="/history">Your conversations</Link>
      </p>
    </Page>
  );
}

function Consultation({
  session,
  twin,
  api,
  token,
}: Opened & { readonly api: PatientApi; readonly token: string }): ReactNode {
  const { alarm, show } = useHelp();
  const { conversation, send, stop, tell } = useChat(session, token, alarm);
  const { turns, phase, failure, crisis, unreached } = conversation;
  const field = useRef<HTMLTextAreaElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const first = useRef(firstQuestion(useHistoryState()));

  // The question that was typed on the twin's page is asked once, when the conversation is still empty.
  useEffect(() => {
    const question = first.current;
    first.current = null;
    window.history.replaceState(null, '');
    if (question !== null && session.messages.length === 0) send(question);
  }, [session, send]);
  // A conversation that spoke of danger shows help again whenever it is opened.
  useEffect(() => {
    if (crisis) alarm(crisis);
    else if (session.crisis) show('asked');
  }, [crisis, session.crisis, alarm, show]);
  useEffect(() => {
    if (unreached && !crisis) show('asked');
  }, [unreached, crisis, show]);
  useEffect(() => {
    if (phase === 'waiting') end.current?.scrollIntoView({ block: 'end' });
  }, [phase]);

  const last = turns.at(-1);
  const name = session.twin.name;
  const mayRate = !crisis && !session.crisis;
  return (
    <Page title={name} lead={<p>An AI twin, not the person. Version {session.twin.version}.</p>}>
      <div className="consult">
        <div className="consult-main">
          <section className="log" aria-label="Conversation">
            {turns.map((turn) =>
              turn.role === 'user' ? (
                <div key={turn.key} className="slip">
                  <span className="unseen">You: </span>
                  {turn.text}
                </div>
              ) : (
                <AnswerNote
                  key={turn.key}
                  turn={turn}
                  name={name}
                  picture={twin?.avatar ?? ''}
                  failure={turn === last ? failure : null}
                  mayRate={mayRate}
                  api={api}
                  onRated={(answerId, rating) => tell({ kind: 'rated', answerId, rating })}
                  onAgain={turn === last && phase === 'idle' ? () => send(null) : null}
                />
              ),
            )}
            {turns.length === 0 ? <p className="quiet">Nothing asked yet.</p> : null}
            <div ref={end} />
          </section>
          {/* One polite sentence at the start and the whole answer at its end: words that drip are noise to a screen reader. */}
          <div className="unseen" role="status" aria-live="polite">
            {phase !== 'idle'
              ? `${name}’s twin is answering.`
              : last?.role === 'assistant'
                ? spoken(name, last.text, failure)
                : ''}
          </div>
          {last?.role === 'user' && phase === 'idle' ? (
            <Notice tone="lamp">
              <p>This question has no answer yet.</p>
              <div>
                <Button onClick={() => send(null)}>Ask it again</Button>
              </div>
            </Notice>
          ) : null}
          {twin === null ? (
            <Notice tone="lamp">
              <p>This twin was withdrawn by its doctor. You can read the conversation but not continue it.</p>
            </Notice>
          ) : (
            <Composer
              field={field}
              name={name}
              state={phase === 'idle' ? 'open' : 'answering'}
              onSend={(text) => {
                send(text);
                return Promise.resolve(true);
              }}
              onStop={() => {
                stop();
                field.current?.focus();
              }}
            />
          )}
        </div>
        {twin === null ? null : (
          <aside className="panel consult-side" aria-label={`About ${name}’s twin`}>
            <details>
              <summary>About this twin</summary>
              <AboutTwin twin={twin} />
            </details>
          </aside>
        )}
      </div>
    </Page>
  );
}

function spoken(name: string, text: string, failure: string | null): string {
  return failure ?? `${name}’s twin answered: ${text}`;
}

function firstQuestion(state: unknown): string | null {
  if (typeof state !== 'object' || state === null || !('question' in state)) return null;
  return typeof state.question === 'string' ? state.question : null;
}
