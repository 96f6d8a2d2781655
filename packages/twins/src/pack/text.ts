import { z } from 'zod';

/** Controls but tab and line feed, and the marks that turn the direction of text around to hide what it says. */
const FORBIDDEN = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** Text of a pack: at most `max` UTF-16 units, not blank, without control or direction-changing characters. */
export function packText(max: number) {
  return z
    .string()
    .max(max)
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => !FORBIDDEN.test(text), 'must not hold control characters')
    .refine((text) => !/\p{Surrogate}/u.test(text), 'must be whole Unicode characters');
}
