import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, hasErrno, type Logger } from '@bettertherapy/core';
import { z } from 'zod';
import { type Scalars, scalarsSchema } from './messages.js';

const runSchema = z.object({ id: z.string(), startedMs: z.number() });
/** A run on wandb: one a day. */
export type SpoolRun = Readonly<z.infer<typeof runSchema>>;

const lineSchema = z.object({
  seq: z.int().min(1),
  round: z.int(),
  atMs: z.number(),
  run: runSchema,
  scalars: scalarsSchema,
});
/** A round that waits to be sent. */
export type SpoolLine = Readonly<z.infer<typeof lineSchema>>;

const stateSchema = z.object({
  run: runSchema.nullable(),
  lastSeq: z.int(),
  lastRound: z.int().nullable(),
  /** Up to which line the server has everything, and how many lines it has of the run of that line. */
  sent: z.object({ seq: z.int(), runId: z.string().nullable(), lines: z.int() }),
});
type SpoolState = Readonly<z.infer<typeof stateSchema>>;

const EMPTY: SpoolState = { run: null, lastSeq: 0, lastRound: null, sent: { seq: 0, runId: null, lines: 0 } };
const STATE_FILE = 'state.json';
const LINE_FILE = /^(\d{12})\.json$/;

export interface SpoolOptions {
  readonly dir: string;
  /** Of the lines that wait; past it the oldest are dropped. */
  readonly maxBytes: number;
  /** A run takes lines for this long, then the next one begins. */
  readonly runMs: number;
  /** A new run's id on wandb. */
  readonly newRunId: (startedMs: number) => string;
}

/** Lines of one run, in order, and where the first of them belongs in the run's history. */
export interface SpoolBatch {
  readonly run: SpoolRun;
  readonly offset: number;
  readonly lines: readonly SpoolLine[];
  /** Of the lines, as they wait. */
  readonly bytes: number;
}

/**
 * Rounds on their way to wandb: one small file each, so that a kill at any moment loses none and sends none twice. What was
 * sent is first written down, then deleted. One owner at a time.
 */
export class WandbSpool {
  /** Bytes of each waiting line by its number, oldest first. */
  private readonly waiting = new Map<number, number>();
  private bytes = 0;
  private state: SpoolState = EMPTY;
  private droppedLines = 0;

  /** Makes the folder and finds what waits in it. @throws the file system's error */
  constructor(
    private readonly options: SpoolOptions,
    private readonly parts: { readonly log: Logger },
  ) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    this.state = this.readState();
    for (const name of readdirSync(options.dir).sort()) this.find(name);
    const newest = this.newestLine();
    // A line that was written just before a kill is ahead of the state.
    if (newest && newest.seq > this.state.lastSeq) {
      this.keep({ ...this.state, run: newest.run, lastSeq: newest.seq, lastRound: newest.round });
    }
  }

  /** Number of the newest round taken in; null before the first. */
  get lastRound(): number | null {
    return this.state.lastRound;
  }

  /** What waits, and how many lines were dropped since this object was made. */
  get size(): { readonly lines: number; readonly bytes: number; readonly dropped: number } {
    return { lines: this.waiting.size, bytes: this.bytes, dropped: this.droppedLines };
  }

  /** Takes rounds only from here on: those up to `round` are not sent. */
  startAfter(round: number): void {
    this.keep({ ...this.state, lastRound: round });
  }

  /** Takes in a round; one that was taken in before is left out. @throws the file system's error: take it in again later */
  add({ round, atMs, scalars }: { readonly round: number; readonly atMs: number; readonly scalars: Scalars }): void {
    if (this.state.lastRound !== null && round <= this.state.lastRound) return;
    const run = this.runAt(atMs);
    const seq = this.state.lastSeq + 1;
    const text = JSON.stringify({ seq, round, atMs, run, scalars } satisfies SpoolLine);
    this.replace(lineName(seq), text);
    this.keep({ ...this.state, run, lastSeq: seq, lastRound: round });
    this.waiting.set(seq, text.length);
    this.bytes += text.length;
    this.dropOldest();
  }

  /** The oldest waiting lines of one run, up to `maxBytes` (but at least one line); null when nothing waits. */
  next(maxBytes: number): SpoolBatch | null {
    const lines: SpoolLine[] = [];
    let bytes = 0;
    for (const [seq, size] of [...this.waiting]) {
      if (lines.length > 0 && bytes + size > maxBytes) break;
      const line = this.readLine(seq);
      if (!line) continue;
      if (lines[0] && line.run.id !== lines[0].run.id) break;
      lines.push(line);
      bytes += size;
    }
    const [first] = lines;
    if (!first) return null;
    const { sent } = this.state;
    return { run: first.run, offset: sent.runId === first.run.id ? sent.lines : 0, lines, bytes };
  }

  /**
   * The server has all of `batch`.
   * @throws the file system's error: the batch waits on as it was, to be sent to the same place again
   */
  accept({ run, offset, lines }: SpoolBatch): void {
    const last = lines.at(-1);
    if (!last) return;
    this.keep({ ...this.state, sent: { seq: last.seq, runId: run.id, lines: offset + lines.length } });
    for (const { seq } of lines) this.forget(seq);
  }

  /** What can never be sent: its lines are let go of and counted as dropped. */
  drop({ lines }: SpoolBatch): void {
    for (const { seq } of lines) this.forget(seq);
    this.droppedLines += lines.length;
  }

  private runAt(atMs: number): SpoolRun {
    const { run } = this.state;
    // A clock that was put back does not end a run.
    if (run && atMs - run.startedMs < this.options.runMs) return run;
    return { id: this.options.newRunId(atMs), startedMs: atMs };
  }

  private dropOldest(): void {
    let dropped = 0;
    for (const seq of [...this.waiting.keys()]) {
      if (this.bytes <= this.options.maxBytes || this.waiting.size === 1) break;
      this.forget(seq);
      dropped += 1;
    }
    if (dropped === 0) return;
    this.droppedLines += dropped;
    this.parts.log.warn('the oldest rounds that wait for wandb are dropped: too many wait', {
      dropped,
      droppedInAll: this.droppedLines,
      waiting: this.waiting.size,
      remedy: 'Make wandb reachable, or start with --wandb.off.',
    });
  }

  private find(name: string): void {
    const path = join(this.options.dir, name);
    const [, digits] = LINE_FILE.exec(name) ?? [];
    if (digits === undefined) {
      // Half-written when the process was killed.
      if (name.endsWith('.new')) rmSync(path, { force: true });
      return;
    }
    const seq = Number(digits);
    if (seq <= this.state.sent.seq) {
      rmSync(path, { force: true });
      return;
    }
    const { size } = statSync(path);
    this.waiting.set(seq, size);
    this.bytes += size;
  }

  private newestLine(): SpoolLine | null {
    const newest = [...this.waiting.keys()].at(-1);
    return newest === undefined ? null : this.readLine(newest);
  }

  /** Null when the file does not hold a line; it is deleted then. */
  private readLine(seq: number): SpoolLine | null {
    try {
      return lineSchema.parse(JSON.parse(readFileSync(join(this.options.dir, lineName(seq)), 'utf8')));
    } catch (error) {
      this.parts.log.warn('a round that waited for wandb cannot be read and is dropped', {
        file: lineName(seq),
        error: describeError(error),
      });
      this.droppedLines += 1;
      this.forget(seq);
      return null;
    }
  }

  private forget(seq: number): void {
    this.bytes -= this.waiting.get(seq) ?? 0;
    this.waiting.delete(seq);
    rmSync(join(this.options.dir, lineName(seq)), { force: true });
  }

  private readState(): SpoolState {
    try {
      return stateSchema.parse(JSON.parse(readFileSync(join(this.options.dir, STATE_FILE), 'utf8')));
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) {
        this.parts.log.warn('what was sent to wandb cannot be read; a new run begins', { error: describeError(error) });
      }
      return EMPTY;
    }
  }

  /** What could not be written does not hold: otherwise a line would go out at a new place while it waits on at its old one. */
  private keep(next: SpoolState): void {
    this.replace(STATE_FILE, JSON.stringify(next));
    this.state = next;
  }

  private replace(name: string, text: string): void {
    const path = join(this.options.dir, name);
    writeFileSync(`${path}.new`, text, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

function lineName(seq: number): string {
  return `${String(seq).padStart(12, '0')}.json`;
}
