import { CodedError, CoreErrorCode, systemClock } from '@bettertherapy/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { AxonParts } from '../../src/index.js';
import { closeAxons, fixture, QUESTION, type RawRequest, send, startAxon, v10Headers } from './harness.js';

interface Case {
  id: string;
  shows: string;
  change: {
    method?: string;
    path?: string;
    body?: unknown;
    body_text?: string;
    drop?: string[];
    set?: Record<string, string>;
    nonce_age_s?: number;
    after?: string;
    resign?: boolean;
    hook?: string;
  };
  status: number;
  message: string | null;
  bodyKind: string;
  btHeaders: boolean;
}

/** Deviations for the four unsafe behaviours; the reasons are in docs/wire-deviations.md. */
const STRICT: Readonly<Record<string, number>> = { 'ao-drop-signature': 401, 'ao-future': 401, 'ao-after-future': 200 };

/** Bad requests that the reference answers with 500: here they are the caller's fault and say so. */
const TYPED: Readonly<Record<string, number>> = {
  'ao-ping-empty': 400,
  'ao-no-bt': 401,
  'ao-drop-input': 400,
  'ao-bad-nonce': 400,
  'ao-bad-timeout': 400,
  'ao-bad-total': 400,
  'ao-hash': 400,
  'ao-missing-field': 400,
  'ao-wrong-type': 400,
  'ao-empty': 400,
  'ao-list': 400,
  'ao-ctype': 415,
  'ao-blacklist-latin': 403,
};

const HOOKS: Readonly<Record<string, Partial<AxonParts>>> = {
  'forward raises': { answer: () => Promise.reject(new Error('boom')) },
  'blacklist true': { policy: () => ({ allow: false, code: 'unregistered', message: 'Unrecognized hotkey' }) },
  'blacklist raises': {
    policy: () => {
      throw new Error('boom');
    },
  },
  'blacklist reason with U+2192': { policy: () => ({ allow: false, code: 'denied', message: 'a → b' }) },
  'priority TimeoutError': {
    answer: () => Promise.reject(new CodedError(CoreErrorCode.DeadlineExceeded, 'too slow', { remedy: 'Wait.' })),
  },
};

afterEach(closeAxons);

describe('what an axon answers', () => {
  const { cases } = fixture<{ cases: Case[] }>('axonOutcomes');

  function build(port: number, { change }: Case, nowMs: number): RawRequest {
    const ageMs = (change.nonce_age_s ?? 0) * 1000;
    const headers = v10Headers(port, {
      nonceNs: BigInt(nowMs - ageMs) * 1_000_000n,
      ...(change.resign ? { bodyHash: change.set?.computed_body_hash ?? '' } : {}),
    });
    for (const [name, value] of Object.entries(change.set ?? {})) headers[name.toLowerCase()] = value;
    for (const name of change.drop ?? []) {
      const all = name === '*' ? Object.keys(headers).filter((header) => header !== 'content-type') : [];
      const short = { signature: 0, nonce: 0, hotkey: 0, uuid: 0, version: 0 };
      for (const header of [...all, name in short ? `bt_header_dendrite_${name}` : name]) delete headers[header];
    }
    const body = change.body_text ?? (change.body === undefined ? QUESTION : JSON.stringify(change.body));
    return { headers, body, method: change.method ?? 'POST', path: change.path ?? '/InferenceSynapse' };
  }

  it.each(cases)('$id: $shows', async (one) => {
    // The axon's wall clock stands still, so that ages are exact however slow the machine is.
    const nowMs = systemClock.wallMs();
    const clock = { ...systemClock, wallMs: () => nowMs };
    const axon = await startAxon({}, { clock, ...HOOKS[one.change.hook ?? ''] });
    const request = build(axon.port, one, nowMs);
    if (one.change.after === 'itself') await send(axon.port, request);
    if (one.change.after === 'ao-future') {
      await send(axon.port, {
        headers: v10Headers(axon.port, { nonceNs: BigInt(nowMs + 3_600_000) * 1_000_000n }),
        body: QUESTION,
      });
    }
    const reply = await send(axon.port, request);
    expect(reply.status).toBe(STRICT[one.id] ?? TYPED[one.id] ?? one.status);
    if (one.btHeaders) {
      expect(reply.headers.bt_header_axon_status_code).toBe(String(reply.status));
      expect(reply.headers['content-type']).toMatch(/^application\/json/);
    }
    if (one.bodyKind === 'empty') expect([reply.text, reply.headers.location]).toEqual(['', '/InferenceSynapse']);
    if (reply.status === 200) {
      expect(reply.headers.bt_header_axon_status_message).toBe('Success');
      if (one.change.path !== '/Synapse') expect(reply.json).toMatchObject({ request_id: 'r', output: 'answer to p' });
    } else if (reply.status !== 307) {
      expect(reply.json).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
    const sameStatus = reply.status === one.status && reply.status !== 200;
    if (one.message !== null && sameStatus) expect(reply.json.message).toMatch(pattern(one.message));
  });

  /** The reference's text; where it repeats the request or a clock reading, ours is shorter. */
  function pattern(message: string): RegExp {
    const constant = message
      .replace(/: acceptable delta.*$/, '')
      .replace(/Synapse name '.*?' not found/, 'Synapse name not found')
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`^${constant.replaceAll(/<.*?>/g, '.+')}`);
  }
});
