import { CodedError } from '@bettertherapy/core';
import type { z } from 'zod';
import { TwinErrorCode } from '../errors.js';
import { canonicalJson } from './canonical.js';
import { MAX_PACK_BYTES, type PackContent, packContentSchema, packSchema, type TwinPack } from './packSchema.js';

/** One thing that is wrong with a pack: where, and what in plain words. */
export interface PackProblem {
  /** Like `knowledge.2.source.year`; empty for the pack as a whole. */
  readonly path: string;
  readonly message: string;
}

const MAX_PROBLEMS = 50;

/** What keeps a draft from being submitted; empty when nothing does. Never throws. */
export function packProblems(draft: unknown): PackProblem[] {
  const parsed = packContentSchema.safeParse(draft);
  if (!parsed.success) return problemsOf(parsed.error);
  return tooLarge(parsed.data) ?? [];
}

/** @throws CodedError TWIN_PACK_INVALID, TWIN_PACK_TOO_LARGE */
export function parsePackContent(value: unknown): PackContent {
  return parse(packContentSchema, value);
}

/** A pack with its version. @throws CodedError TWIN_PACK_INVALID, TWIN_PACK_TOO_LARGE */
export function parsePack(value: unknown): TwinPack {
  return parse(packSchema, value);
}

/** The pack without its version: what a new draft begins from. */
export function contentOf(pack: TwinPack): PackContent {
  const { version: _version, ...content } = pack;
  return content;
}

function parse<T extends PackContent>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(problemsOf(parsed.error));
  const problems = tooLarge(parsed.data);
  if (problems === null) return parsed.data;
  throw new CodedError(TwinErrorCode.PackTooLarge, `the pack is larger than ${MAX_PACK_BYTES} bytes`, {
    remedy: 'Shorten notes and dialogues, or leave some out.',
    details: { problems },
  });
}

function tooLarge(pack: PackContent): PackProblem[] | null {
  const bytes = Buffer.byteLength(canonicalJson(pack));
  if (bytes <= MAX_PACK_BYTES) return null;
  return [{ path: '', message: `has ${bytes} bytes; the limit is ${MAX_PACK_BYTES}` }];
}

function problemsOf(error: z.ZodError): PackProblem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
}

function invalid(problems: readonly PackProblem[]): CodedError<TwinErrorCode> {
  const [first] = problems;
  const where = first === undefined ? '' : `: ${first.path} ${first.message}`;
  return new CodedError(TwinErrorCode.PackInvalid, `the pack is not valid${where}`, {
    remedy: 'Correct the places listed in details; `pnpm bt twin verify FILE` lists them all.',
    details: { problems },
  });
}
