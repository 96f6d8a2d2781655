import type { ApiKeyRow, ApiScope, Patient } from '@bettertherapy/store';
import { apiError } from './errors.js';

/** What a caller may act as. A patient token gives `patient`, a doctor's session `studio`, a key its scopes. */
export type Role = ApiScope | 'patient';

/** Who sent a request. */
export interface Caller {
  /** Limits are counted under this name: `key:…`, `patient:…`, `doctor:…`, or `address:…` when nobody said who they are. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** A patient's own id. */
  readonly patientId: string | null;
  /** Whom a studio caller speaks for. */
  readonly doctorId: string | null;
  /** Requests per minute and at once, where the key has its own. */
  readonly ratePerMinute: number | null;
  readonly concurrency: number | null;
}

/** Finds who a bearer token belongs to; null when it is none of this kind or is not good any more. */
export type TokenReader = (token: string) => Caller | null;

export function anonymous(address: string): Caller {
  return {
    name: `address:${address}`,
    roles: [],
    patientId: null,
    doctorId: null,
    ratePerMinute: null,
    concurrency: null,
  };
}

/** Reads `bt_…` keys. */
export function apiKeyReader(find: (key: string) => ApiKeyRow | null): TokenReader {
  return (token) => {
    const row = find(token);
    if (!row) return null;
    return {
      name: `key:${row.id}`,
      roles: row.scopes,
      patientId: null,
      doctorId: row.doctor,
      ratePerMinute: row.ratePerMinute,
      concurrency: row.concurrency,
    };
  };
}

/** Reads `btp_…` tokens of patients. */
export function patientReader(find: (token: string) => Patient | null): TokenReader {
  return (token) => {
    const patient = find(token);
    return patient && { ...anonymous(''), name: `patient:${patient.id}`, roles: ['patient'], patientId: patient.id };
  };
}

/**
 * Who is calling. A route that is open to all still refuses a token that is not good: whoever sends one expects it to count.
 * @throws CodedError missing_api_key, invalid_api_key, insufficient_scope
 */
export function authenticate(
  authorization: string | undefined,
  address: string,
  needs: readonly Role[] | 'public',
  readers: readonly TokenReader[],
): Caller {
  if (authorization === undefined || authorization.trim() === '') {
    if (needs === 'public') return anonymous(address);
    throw apiError('missing_api_key', 'This route needs a key or token: send it as `Authorization: Bearer …`.');
  }
  const [, token] = /^Bearer\s+(\S{1,512})$/i.exec(authorization.trim()) ?? [];
  const caller = token === undefined ? null : firstOf(readers, token);
  if (!caller) throw apiError('invalid_api_key', 'The key or token is not valid here.');
  if (needs !== 'public' && !needs.some((role) => caller.roles.includes(role))) {
    throw apiError('insufficient_scope', `This route needs one of: ${needs.join(', ')}.`);
  }
  return caller;
}

function firstOf(readers: readonly TokenReader[], token: string): Caller | null {
  for (const read of readers) {
    const caller = read(token);
    if (caller) return caller;
  }
  return null;
}
