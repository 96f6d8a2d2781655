import { type Clock, describeError, type Hotkey, type Logger } from '@bettertherapy/core';

/** An answer that passed its gates. */
export interface GoodAnswer {
  readonly hotkey: Hotkey;
  readonly text: string;
  /** Moving average of the miner, 0 to 100. */
  readonly average: number;
  /** In a crisis: it names a way to help. */
  readonly namesHelp: boolean;
}

export interface RaceOptions {
  /** Miners asked. */
  readonly entrants: number;
  /** From the first good answer to the choice. */
  readonly settleMs: number;
  /** From the start to the end whatever came. */
  readonly deadlineMs: number;
}

export interface RaceParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** The judge's quick look, 0 to 1; may reject at any time. */
  readonly quickLook: (answer: GoodAnswer, terms: { signal: AbortSignal; deadlineMs: number }) => Promise<number>;
  readonly onQuick: (answer: GoodAnswer, quick: number) => void;
}

export interface RaceResult {
  /** Null: nobody gave a good answer in time. */
  readonly winner: GoodAnswer | null;
  /** From the start, milliseconds; null without a good answer. */
  readonly firstGoodMs: number | null;
}

/** How much of the choice is the quick look where there was time for it; the rest is the miner's average. */
const QUICK_SHARE = 0.7;

/**
 * The choice among the answers to one question. It falls a fixed time after the first good answer, earlier when
 * nothing more can come, and never waits for slow miners or for a busy judge: what the judge has not looked at by then
 * is ranked by its miner's average.
 */
export class Race {
  readonly result: Promise<RaceResult>;
  private settle: (result: RaceResult) => void = () => undefined;
  private readonly startedMs: number;
  private readonly good: GoodAnswer[] = [];
  private readonly quick = new Map<Hotkey, number>();
  private readonly over = new AbortController();
  private readonly cancels: (() => void)[] = [];
  private replied = 0;
  private looking = 0;
  private firstGoodMs: number | null = null;
  /** Looks are taken one after the other: a model that judges one at a time then finishes some instead of none. */
  private lastLook: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: RaceOptions,
    private readonly parts: RaceParts,
  ) {
    this.startedMs = parts.clock.monotonicMs();
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.cancels.push(parts.clock.after(options.deadlineMs, () => this.decide()));
    if (options.entrants === 0) this.decide();
  }

  /** A miner's answer passed its gates. */
  offer(answer: GoodAnswer): void {
    this.replied += 1;
    if (this.over.signal.aborted) return;
    this.good.push(answer);
    if (this.firstGoodMs === null) {
      this.firstGoodMs = this.parts.clock.monotonicMs() - this.startedMs;
      this.cancels.push(this.parts.clock.after(this.options.settleMs, () => this.decide()));
    }
    // A single answer needs no ranking.
    if (this.options.entrants > 1) this.look(answer);
    this.decideWhenComplete();
  }

  /** A miner failed, or its answer did not pass. */
  miss(): void {
    this.replied += 1;
    this.decideWhenComplete();
  }

  /** Nobody waits any more. */
  abandon(): void {
    this.decide();
  }

  private look(answer: GoodAnswer): void {
    const { settleMs } = this.options;
    this.looking += 1;
    this.lastLook = this.lastLook
      .then(async () => {
        if (this.over.signal.aborted) return;
        const quick = await this.parts.quickLook(answer, { signal: this.over.signal, deadlineMs: settleMs });
        this.quick.set(answer.hotkey, quick);
        this.parts.onQuick(answer, quick);
      })
      .catch((error: unknown) => {
        if (!this.over.signal.aborted) this.parts.log.debug('no quick look', { error: describeError(error) });
      })
      .finally(() => {
        this.looking -= 1;
        this.decideWhenComplete();
      });
  }

  /** Nothing more can change the choice: all have replied, and one is good or all good ones were looked at. */
  private decideWhenComplete(): void {
    if (this.replied < this.options.entrants) return;
    if (this.good.length <= 1 || this.looking === 0) this.decide();
  }

  private decide(): void {
    if (this.over.signal.aborted) return;
    this.over.abort(new Error('the answer has been chosen'));
    for (const cancel of this.cancels.splice(0)) cancel();
    this.settle({ winner: bestOf(this.good, this.quick), firstGoodMs: this.firstGoodMs });
  }
}

/** The best answer: in a crisis one that names help, then by quick look and average together. */
export function bestOf(good: readonly GoodAnswer[], quick: ReadonlyMap<Hotkey, number>): GoodAnswer | null {
  const known = good.flatMap(({ hotkey }) => quick.get(hotkey) ?? []);
  // What was not looked at counts as a middling one of those that were, so that being late neither helps nor hurts.
  const middling = known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  const worthOf = ({ hotkey, average }: GoodAnswer): number =>
    QUICK_SHARE * (quick.get(hotkey) ?? middling) + (1 - QUICK_SHARE) * (average / 100);
  const ranked = [...good].sort(
    (a, b) => Number(b.namesHelp) - Number(a.namesHelp) || worthOf(b) - worthOf(a) || a.hotkey.localeCompare(b.hotkey),
  );
  return ranked[0] ?? null;
}
