// Looks at the validator's process, its files and its own metrics every few seconds.
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { memoryOf } from './memory.mjs';

const EVERY_MS = 2_000;

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const metric = (text, name) => {
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
  return value === undefined ? null : Number(value);
};

export class Sampler {
  samples = [];
  timer = null;
  busy = Promise.resolve();

  constructor(options, network) {
    this.options = options;
    this.network = network;
  }

  start() {
    this.timer = setInterval(() => {
      this.busy = this.busy.then(() => this.look());
    }, EVERY_MS);
  }

  async stop() {
    clearInterval(this.timer);
    await this.busy;
  }

  /** One sample; none while there is no process to look at. */
  async look() {
    const { validator, journalFile, wandb } = this.network;
    const { pid, lives } = validator;
    if (pid === null) return;
    try {
      const memory = memoryOf(pid);
      const fds = readdirSync(`/proc/${pid}/fd`).length;
      const [text, ready] = await Promise.all([validator.metrics(), validator.ready()]);
      const sample = {
        ...{ atMs: Date.now(), round: validator.ended, life: lives, fds, ...memory },
        heap: metric(text, 'nodejs_heap_size_used_bytes'),
        external: metric(text, 'nodejs_external_memory_bytes'),
        loopLag: metric(text, 'nodejs_eventloop_lag_p99_seconds'),
        ...{ wal: sizeOf(`${journalFile}-wal`), database: sizeOf(journalFile) },
        ...{ ready: ready.status, disk: ready.parts.disk.state },
        wandb: [...wandb.runs.values()].reduce((sum, run) => sum + run.history.length, 0),
      };
      this.samples.push(sample);
      appendFileSync(this.options.file, `${JSON.stringify(sample)}\n`);
    } catch (error) {
      // The process was being replaced, or starts: there is nothing to see of it yet.
      if (!['ENOENT', 'ESRCH'].includes(error.code) && !/fetch failed|aborted/i.test(error.message)) throw error;
    }
  }
}
