import { readFile, rename, writeFile } from 'node:fs/promises';
import { hasErrno } from '@bettertherapy/core';
import { z } from 'zod';

const known = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number(),
  mtimeMs: z.number(),
  /** True when the manifest had no hash and the first download was believed. */
  firstUse: z.boolean(),
});
/** What was computed of a file, and at which state of it. Stays when the file is deleted. */
export type KnownHash = z.infer<typeof known>;

/** Null when there is none, or none that can be read: the hash is computed again then. */
export async function readKnownHash(path: string): Promise<KnownHash | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    const parsed = known.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: as good as none.
    return null;
  }
}

export async function writeKnownHash(path: string, value: KnownHash): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, `${JSON.stringify(value)}\n`);
  await rename(part, path);
}
