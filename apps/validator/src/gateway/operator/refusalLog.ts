import type { Clock } from '@bettertherapy/core';
import { refusalSentence } from '@bettertherapy/evidence';
import type { MinerRefusal } from '@bettertherapy/store';

/** One thing that was refused: by the gateway to a client, by a miner to us, or by a gate before judging. Holds no text of anybody. */
export interface Refusal {
  readonly id: number;
  readonly atMs: number;
  readonly where: 'gateway' | 'miner' | 'gate';
  readonly code: string;
  /** A constant sentence that belongs to the code. */
  readonly message: string;
  readonly status: number | null;
  readonly hotkey: string | null;
}

export type NewRefusal = Omit<Refusal, 'id' | 'atMs'> & { readonly atMs?: number | undefined };

/** The newest refusals in a ring of fixed size, and whoever listens to new ones. */
export class RefusalLog {
  private readonly ring: Refusal[] = [];
  private readonly listeners = new Set<(refusal: Refusal) => void>();
  private total = 0;

  /** `size`: kept refusals; `maxListeners`: open streams. */
  constructor(
    private readonly options: { readonly size: number; readonly maxListeners: number },
    private readonly parts: { readonly clock: Clock },
  ) {}

  add(refusal: NewRefusal): void {
    this.total += 1;
    const row = { ...refusal, id: this.total, atMs: refusal.atMs ?? this.parts.clock.wallMs() };
    this.ring.push(row);
    if (this.ring.length > this.options.size) this.ring.shift();
    for (const listener of this.listeners) listener(row);
  }

  /** Newest first. */
  latest(limit: number): Refusal[] {
    return this.ring.slice(-limit).reverse();
  }

  /** Calls back for each new refusal until the returned function is called; null when too many listen already. */
  listen(listener: (refusal: Refusal) => void): (() => void) | null {
    if (this.listeners.size >= this.options.maxListeners) return null;
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** What the round of a miner's answer tells: it did not come, or a gate stopped it. */
export interface AnswerRefusal {
  readonly hotkey: string;
  /** `timeout`, `refused`…, or `gate:` and a reason, as the journal has it. */
  readonly code: string;
  readonly status: number;
  readonly atMs?: number | undefined;
}

/** An answer's refusal as a line of the log. */
export function answerRefusal({ hotkey, code, status, atMs }: AnswerRefusal): NewRefusal {
  const gate = code.startsWith('gate:') ? code.slice('gate:'.length) : null;
  if (gate === null) return { where: 'miner', code, message: refusalSentence('miner', code), status, hotkey, atMs };
  return { where: 'gate', code: gate, message: refusalSentence('gate', gate), status: null, hotkey, atMs };
}

/** Fills a new log with what the journal still knows, oldest first, so that a restart does not empty it. */
export function recallRefusals(log: RefusalLog, rows: readonly MinerRefusal[]): void {
  for (const row of rows.toReversed()) log.add(answerRefusal(row));
}
