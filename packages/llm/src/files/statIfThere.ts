import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hasErrno } from '@bettertherapy/core';

/** What the system knows of a file; null when it is not there. */
export async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
