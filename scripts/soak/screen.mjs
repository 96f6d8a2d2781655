const EVERY_ROUNDS = 10;
const REDRAW_MS = 500;

/** Progress: one line that is drawn anew in a terminal, plain lines elsewhere. */
export class Screen {
  lastRound = 0;
  drawnMs = 0;

  constructor(rounds) {
    this.rounds = rounds;
    this.startedMs = performance.now();
    this.terminal = process.stdout.isTTY === true;
  }

  say(text) {
    process.stdout.write(`${this.terminal ? '\r\x1b[K' : ''}${this.time()} ${text}\n`);
  }

  /** @param sample the newest one, or undefined before the first */
  progress(round, sample) {
    const text = `round ${round} of ${this.rounds}${sample ? `, RSS ${Math.round(sample.rss / 2 ** 20)} MiB, ${sample.fds} handles, WAL ${(sample.wal / 2 ** 20).toFixed(1)} MiB` : ''}`;
    if (this.terminal) {
      if (performance.now() - this.drawnMs < REDRAW_MS) return;
      this.drawnMs = performance.now();
      process.stdout.write(`\r\x1b[K${this.time()} ${text}`);
    } else if (round >= this.lastRound + EVERY_ROUNDS) {
      this.lastRound = round;
      this.say(text);
    }
  }

  time() {
    const seconds = Math.round((performance.now() - this.startedMs) / 1000);
    return `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
