import type { DoctorRow, Store } from '@bettertherapy/store';
import type { Caller, TokenReader } from '../http/caller.js';
import { apiError } from '../http/errors.js';

/** Reads `bts_…` tokens of doctors who have logged in. */
export function doctorReader(find: (token: string) => DoctorRow | null): TokenReader {
  return (token) => {
    const doctor = find(token);
    if (!doctor) return null;
    const { id } = doctor;
    return {
      name: `doctor:${id}`,
      roles: ['studio'],
      patientId: null,
      doctorId: id,
      ratePerMinute: null,
      concurrency: null,
    };
  };
}

/** The doctor who calls. @throws CodedError insufficient_scope for a key that speaks for no doctor of this validator */
export function doctorOf(caller: Caller, store: Store): DoctorRow {
  const doctor = caller.doctorId === null ? null : store.doctors.byId(caller.doctorId);
  if (doctor) return doctor;
  throw apiError('insufficient_scope', 'The studio needs the token of a doctor who has logged in with an invitation.');
}

/**
 * The doctor who calls, when the twin is theirs. Somebody else's twin and one that is not there look the same.
 * @throws CodedError insufficient_scope, not_found
 */
export function ownerOf(caller: Caller, twinId: string, store: Store): DoctorRow {
  const doctor = doctorOf(caller, store);
  if (store.doctors.owns(doctor.id, twinId) && store.twins.get(twinId)) return doctor;
  throw apiError('not_found', 'You have no twin of this id.');
}

/** Writes what a doctor did. `details` holds ids, numbers and versions, never text of patients. */
export function note(
  store: Store,
  at: {
    readonly doctor: DoctorRow;
    readonly action: string;
    readonly twinId: string | null;
    readonly details?: Readonly<Record<string, string | number | boolean | null>>;
    readonly nowMs: number;
  },
): void {
  const { doctor, action, twinId, details, nowMs } = at;
  store.audit.add({ atMs: nowMs, actor: `doctor:${doctor.id}`, action, twinId, details: { ...details } });
}
