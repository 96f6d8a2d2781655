import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { createPatient, type PatientApi, patientApi } from '../api/patient.js';
import { WhenRefused } from '../design/whenRefused.js';
import { recall, remember } from '../edge/storage.js';

interface PatientState {
  /** Null until the disclaimer was accepted: nothing is stored before. */
  readonly api: PatientApi | null;
  readonly token: string | null;
  /** Makes the pseudonymous patient; called when the disclaimer is accepted. @throws GatewayError */
  readonly accept: () => Promise<{ readonly api: PatientApi; readonly token: string }>;
  readonly forget: () => void;
}

/** The gateway does not know the number that this browser holds. */
const GONE = {
  words:
    'Nothing is kept here under the number of this browser any more: it was deleted, or nobody came back for a long time.',
  label: 'Begin anew',
} as const;

const PatientContext = createContext<PatientState | null>(null);

/** Who asks: a random token in this browser and nothing else. */
export function PatientProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [token, setToken] = useState(() => recall('kept', 'patient'));
  const forget = useCallback(() => {
    remember('kept', 'patient', null);
    setToken(null);
  }, []);
  const accept = useCallback(async () => {
    const made = await createPatient();
    remember('kept', 'patient', made.token);
    setToken(made.token);
    return { api: patientApi(made.token), token: made.token };
  }, []);
  const state = useMemo(
    () => ({ token, api: token === null ? null : patientApi(token), accept, forget }),
    [token, accept, forget],
  );
  const wayOut = useMemo(() => ({ ...GONE, act: forget }), [forget]);
  return (
    <PatientContext value={state}>
      <WhenRefused value={wayOut}>{children}</WhenRefused>
    </PatientContext>
  );
}

export function usePatient(): PatientState {
  const state = useContext(PatientContext);
  if (!state) throw new Error('usePatient stands outside PatientProvider');
  return state;
}
