import { systemClock } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { contentOf, type PackContent, readShippedPacks } from '@bettertherapy/twins';
import { ulid } from 'ulid';
import { type RunningGateway, runGateway } from '../fixture.js';

const DAY_MS = 86_400_000;

/** A gateway with Dr. Indra's content at hand and a doctor who has logged in. */
export async function runStudio(more: Parameters<typeof runGateway>[1] = {}, flags: readonly string[] = []) {
  const running = await runGateway(['--gateway.rate', '6000', '--gateway.address_rate', '6000', ...flags], {
    newId: ulid,
    ...more,
  });
  const indra = (await readShippedPacks()).find(({ id }) => id === 'dr-indra-gurung');
  if (!indra) throw new Error('Dr. Indra does not ship');
  const base = contentOf(indra);
  const token = await login(running, 'Dr. Ada', 'dr-ada');
  const studio = studioClient(running, token);
  return { ...running, store: running.parts.store, base, token, studio };
}

/** Invites a doctor and logs them in. */
export async function login({ call, parts }: RunningGateway, name: string, ...twinIds: string[]): Promise<string> {
  const { invitation } = invite(parts.store, name, ...twinIds);
  const { body } = await call('/v1/studio/login', { body: { invitation } });
  return (body as { token: string }).token;
}

export function invite(store: Store, name: string, ...twinIds: string[]) {
  const nowMs = systemClock.wallMs();
  return store.doctors.invite({ name, newId: ulid, twinIds, nowMs, expiresMs: nowMs + DAY_MS });
}

/** Calls as one doctor; throws on anything but success unless a status is expected. */
export function studioClient({ call }: RunningGateway, token: string) {
  return async <T>(method: string, path: string, body?: unknown, status?: number): Promise<T> => {
    const reply = await call(`/v1/studio${path}`, { method, token, body });
    if (status === undefined ? reply.status >= 300 : reply.status !== status) {
      throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    }
    return reply.body as T;
  };
}

/** Another twin of the same content. */
export function twinOf(base: PackContent, id: string, more: Partial<PackContent> = {}): PackContent {
  return { ...base, id, name: 'Dr. Ada', ...more };
}

/** A patient who asked a twin and voted the answer down. */
export function unhappyPatient(
  store: Store,
  at: { twinId: string; consent: boolean; question?: string; answer?: string; id?: string },
) {
  const nowMs = systemClock.wallMs();
  const id = at.id ?? 'answer-1';
  const { id: patientId } = store.patients.create(nowMs);
  store.patients.setConsent(patientId, at.consent, nowMs);
  const sessionId = `s-${id}`;
  store.patients.openSession({
    id: sessionId,
    patientId,
    twinId: at.twinId,
    twinVersion: 1,
    twinName: 'Dr. Ada',
    region: 'us',
    title: '',
    createdMs: nowMs,
    updatedMs: nowMs,
  });
  const question = at.question ?? 'I am Anna Kowalska and I lie awake until three. What can I do?';
  store.patientAnswers.begin({
    id,
    caller: `patient:${patientId}`,
    twinId: at.twinId,
    twinVersion: 1,
    crisis: 'none',
    nowMs,
    session: { id: sessionId, messageId: `q-${id}`, question, title: 'Sleep' },
  });
  store.patientAnswers.end({
    id,
    state: 'answered',
    chosen: null,
    firstGoodMs: 1,
    firstWordMs: 1,
    nowMs,
    message: {
      id: `m-${id}`,
      content: at.answer ?? 'Just take a pill.',
      status: 'complete',
      sources: [],
      crisis: null,
    },
  });
  const rating = { stars: 1, thumb: null, reason: 'wrong', text: 'Anna Kowalska thinks this is wrong' };
  store.ratings.add({ answerId: id, patientId, sessionId, tokenSha256: `t-${id}`, nowMs, ...rating });
  return { patientId, answerId: id };
}
