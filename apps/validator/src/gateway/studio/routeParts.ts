import { twinIdSchema } from '@bettertherapy/protocol';
import { z } from 'zod';
import type { ReplySpec } from '../http/route.js';

export const twinParams = z.object({ id: twinIdSchema });

const OK: Readonly<Record<number, ReplySpec>> = { 200: { description: 'docs/twins.md says what it holds' } };
const CREATED: Readonly<Record<number, ReplySpec>> = { 201: { description: 'Made' } };

/** What all routes of a doctor's twin have in common. */
export function studioSpec(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, summary: string, created = false) {
  const url = `/v1/studio${path}`;
  return { method, url, summary, tag: 'studio', access: ['studio'], replies: created ? CREATED : OK } as const;
}

export const ok = (body: unknown) => ({ status: 200, body });
export const made = (body: unknown) => ({ status: 201, body });
