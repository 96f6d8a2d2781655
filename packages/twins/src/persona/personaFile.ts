import { constants } from 'node:fs';
import { access, copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, CodedError, describeError, type Logger } from '@bettertherapy/core';
import { TwinErrorCode } from '../errors.js';
import { type Persona, parsePersona } from './parsePersona.js';

/** The persona shipped with the code; copy it to edit it. */
export const defaultPersonaPath = fileURLToPath(new URL('../../persona/doctor.md', import.meta.url));

/** Puts the default persona at `path` unless a file is there already. True when it was written. */
export async function installDefaultPersona(path: string): Promise<boolean> {
  try {
    await access(path);
    return false;
  } catch {
    // Absent (or unreadable, in which case the copy below fails and says why).
  }
  await mkdir(dirname(path), { recursive: true });
  await copyFile(defaultPersonaPath, path, constants.COPYFILE_EXCL);
  return true;
}

/** The persona of a file an operator edits: read at the start and again when the file changes; a bad edit keeps the last good text. */
export class PersonaFile {
  private persona: Persona | null = null;
  private stamp = '';
  private checkedAtMs = Number.NEGATIVE_INFINITY;
  private checking: Promise<void> | null = null;

  constructor(
    /** `checkMs`: how often at most the file is looked at. */
    private readonly options: { readonly path: string; readonly checkMs?: number | undefined },
    private readonly parts: { readonly clock: Clock; readonly log: Logger },
  ) {}

  /** First read. @throws CodedError TWIN_PERSONA_UNREADABLE, TWIN_PERSONA_INVALID */
  async open(): Promise<Persona> {
    const { path } = this.options;
    try {
      this.stamp = await stampOf(path);
      this.persona = parsePersona(await readFile(path), path);
    } catch (cause) {
      if (cause instanceof CodedError) throw cause;
      throw new CodedError(TwinErrorCode.PersonaUnreadable, `the persona file ${path} cannot be read`, {
        remedy: 'Give a readable file with --twin.prompt_file.',
        details: { file: path },
        cause,
      });
    }
    this.checkedAtMs = this.parts.clock.monotonicMs();
    return this.persona;
  }

  /** The persona in force; looks at the file first when it is time. @throws CodedError when never opened */
  async current(): Promise<Persona> {
    const now = this.parts.clock.monotonicMs();
    if (now - this.checkedAtMs >= (this.options.checkMs ?? 2000)) {
      this.checkedAtMs = now;
      this.checking ??= this.refresh().finally(() => {
        this.checking = null;
      });
    }
    await this.checking;
    return this.persona ?? (await this.open());
  }

  private async refresh(): Promise<void> {
    const { path } = this.options;
    try {
      const stamp = await stampOf(path);
      if (stamp === this.stamp) return;
      this.stamp = stamp;
      const next = parsePersona(await readFile(path), path);
      if (next.sha256 !== this.persona?.sha256)
        this.parts.log.info('persona read anew', { file: path, sha256: next.sha256 });
      this.persona = next;
    } catch (error) {
      this.parts.log.warn('persona file not usable; keeping the last good one', {
        file: path,
        error: describeError(error),
      });
    }
  }
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
}
