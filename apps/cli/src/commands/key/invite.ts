import { randomUUID } from 'node:crypto';
import { hasCode } from '@bettertherapy/core';
import { type Administration, StoreErrorCode } from '@bettertherapy/store';
import { CliErrorCode, cliError } from '../errors.js';

/** What an invitation says, for the one time it is shown. */
export interface Invitation {
  readonly id: string;
  /** Good once, in exchange for a session of the studio. */
  readonly key: string;
  readonly doctor: { readonly id: string; readonly name: string };
  /** All twins of the doctor, these included. */
  readonly twins: readonly string[];
}

/** Invites a doctor into the studio and gives them twins; notes it in the audit log. @throws CodedError CLI_USAGE when a twin is somebody else's */
export function inviteDoctor(
  { doctors, audit }: Pick<Administration, 'doctors' | 'audit'>,
  at: {
    readonly doctor: string;
    readonly twins: readonly string[];
    readonly nowMs: number;
    readonly expiresMs: number;
  },
): Invitation {
  const { nowMs, expiresMs, twins } = at;
  try {
    const made = doctors.invite({ name: at.doctor, newId: randomUUID, twinIds: twins, nowMs, expiresMs });
    const { id, name } = made.doctor;
    for (const twinId of twins.length === 0 ? [null] : twins) {
      audit.add({ atMs: nowMs, actor: 'operator', action: 'invite', twinId, details: { doctor: id } });
    }
    return { id: made.id, key: made.invitation, doctor: { id, name }, twins: doctors.twinsOf(id) };
  } catch (error) {
    if (!hasCode(error, StoreErrorCode.OutOfStep)) throw error;
    throw cliError(CliErrorCode.Usage, 'one of these twins belongs to another doctor', {
      remedy: 'A twin stands for one person. See whose it is with: pnpm bt key list',
      details: error.details,
      cause: error,
    });
  }
}
