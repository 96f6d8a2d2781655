import { CodedError, type Hotkey } from '@bettertherapy/core';
import { customType, integer, text } from 'drizzle-orm/sqlite-core';
import type { z } from 'zod';
import { StoreErrorCode } from '../errors.js';

/** A JSON column whose value is parsed by `schema` on the way in and on the way out. */
export function json<T>(name: string, schema: z.ZodType<T>) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(schema.parse(value)),
    fromDriver: (raw) => {
      const result = schema.safeParse(parseText(name, raw));
      if (result.success) return result.data;
      throw corrupt(name, result.error);
    },
  })(name);
}

/** An address that was checked before it was written. */
export const hotkey = (name: string) => text(name).$type<Hotkey>();

/** Unix milliseconds. */
export const at = (name: string) => integer(name, { mode: 'number' });

export const flag = (name: string) => integer(name, { mode: 'boolean' });

function parseText(name: string, raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw corrupt(name, cause);
  }
}

function corrupt(column: string, cause: unknown): CodedError<StoreErrorCode> {
  return new CodedError(StoreErrorCode.RowCorrupt, `column ${column} does not hold what was written`, {
    remedy: 'Stop the process, copy the database away, and restore the newest backup.',
    details: { column },
    cause,
  });
}
