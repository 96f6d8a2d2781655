import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { readNotice } from '../api/patient.js';
import type { Notice } from '../api/types.js';

/** Said when the gateway has not answered yet, or cannot. */
const BUILT_IN: Notice = {
  disclaimer:
    'You talk to a computer program made after a licensed expert, not to the expert. It gives information, not a diagnosis or treatment, and it can be wrong. It does not know you and cannot examine you. In an emergency call your local emergency number.',
  footer:
    'AI twins give information, not care from a clinician. Nothing here is a medical device. In an emergency call your local emergency number.',
};

const NoticeContext = createContext(BUILT_IN);

export function NoticeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [notice, setNotice] = useState(BUILT_IN);
  useEffect(() => {
    const stop = new AbortController();
    // Unreachable: the built-in words stay, so that the disclaimer is never missing.
    readNotice(stop.signal).then(setNotice, () => undefined);
    return () => stop.abort();
  }, []);
  return <NoticeContext value={notice}>{children}</NoticeContext>;
}

export function useNotice(): Notice {
  return useContext(NoticeContext);
}
