import { useCallback, useState } from 'react';

/** Going in with a secret: whether it is being tried, and what the gateway said when it was none. */
export interface Entering {
  readonly busy: boolean;
  readonly problem: string | null;
  readonly enter: (given: string) => void;
  readonly refuse: (problem: string) => void;
}

/** @param attempt resolves when the secret was good; the page is left then. Has to stay the same between renders. */
export function useEntering(attempt: (given: string) => Promise<void>): Entering {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const enter = useCallback(
    (given: string): void => {
      setBusy(true);
      attempt(given).catch((error: Error) => {
        setProblem(error.message);
        setBusy(false);
      });
    },
    [attempt],
  );
  return { busy, problem, enter, refuse: setProblem };
}
