import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { GatewayError } from '../edge/http.js';
import { Button } from './Button.js';
import { Notice } from './Notice.js';
import { useWayOut } from './whenRefused.js';

export type Resource<T> =
  | { readonly state: 'loading'; readonly data: null; readonly error: null }
  | { readonly state: 'ready'; readonly data: T; readonly error: null }
  | { readonly state: 'failed'; readonly data: T | null; readonly error: Error };

const LOADING = { state: 'loading', data: null, error: null } as const;

/** Loads once per `load` (wrap it in useCallback); `reload` asks again and keeps what is shown until the new answer is there. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>): [Resource<T>, () => void] {
  const [held, setHeld] = useState<{ readonly by: unknown; readonly resource: Resource<T> }>({
    by: load,
    resource: LOADING,
  });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again.
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal).then(
      (data) => {
        if (!stop.signal.aborted) setHeld({ by: load, resource: { state: 'ready', data, error: null } });
      },
      (reason: unknown) => {
        if (stop.signal.aborted) return;
        const error = reason instanceof Error ? reason : new Error(String(reason));
        setHeld((before) => ({
          by: load,
          resource: { state: 'failed', data: before.by === load ? before.resource.data : null, error },
        }));
      },
    );
    return () => stop.abort();
  }, [load, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  // What another loader brought is not shown for this one.
  return [held.by === load ? held.resource : LOADING, reload];
}

/** What to show while a resource loads or when it cannot be had; its children get the data. */
export function Loaded<T>({
  of,
  again,
  children,
}: {
  readonly of: Resource<T>;
  readonly again: () => void;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  if (of.state === 'loading') {
    return (
      <p className="row quiet" role="status">
        <span className="spinner" aria-hidden="true" /> Loading…
      </p>
    );
  }
  const trouble = of.state === 'failed' ? <Trouble error={of.error} again={again} /> : null;
  return (
    <>
      {trouble}
      {of.data === null ? null : children(of.data)}
    </>
  );
}

/** A refusal in the gateway's own words, and a way to try again, or out where the key is not good any more. */
export function Trouble({ error, again }: { readonly error: Error; readonly again?: () => void }): ReactNode {
  const wayOut = useWayOut();
  const status = error instanceof GatewayError ? error.status : null;
  if (status === 401 && wayOut) {
    return (
      <Notice tone="alarm" alert>
        <p>{wayOut.words}</p>
        <Button onClick={wayOut.act}>{wayOut.label}</Button>
      </Notice>
    );
  }
  const retry = status === 401 || status === 403 ? null : again;
  return (
    <Notice tone="alarm" alert>
      <p>{error.message}</p>
      {retry ? <Button onClick={retry}>Try again</Button> : null}
    </Notice>
  );
}
