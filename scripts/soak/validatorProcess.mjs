import { appendFileSync } from 'node:fs';
import { NodeChild } from '@bettertherapy/testkit';
import ecosystem from '../../ecosystem.config.cjs';

const START_MS = 120_000;
/** What pm2 gives a validator, as operators start one. */
const AS_STARTED = ecosystem.apps.find(({ name }) => name === 'validator').env;
const REQUEST_MS = 5_000;

/** The validator's daemon: its process, which may be replaced by a new one, and what it says. */
export class ValidatorProcess {
  child = null;
  /** Of the newest round. */
  begun = 0;
  ended = 0;
  /** Lines at level warn and above, by message. */
  complaints = new Map();
  /** Ids of responses that it said it had stored. */
  acknowledged = new Set();
  /** Processes so far. */
  lives = 0;

  constructor(options) {
    this.options = options;
  }

  get pid() {
    return this.child?.exit === null ? this.child.pid : null;
  }

  /** Resolves once its duties run. */
  async start() {
    this.lives += 1;
    this.child = new NodeChild({
      args: ['apps/validator/dist/main.js', ...this.options.args],
      env: { ...AS_STARTED, ...this.options.env },
      onLine: (line) => this.hear(line),
    });
    await this.child.waitForLine(/"msg":"validator running"/, START_MS);
  }

  /** As `kill -9` does it; resolves when it is gone. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.child.waitForExit(10_000);
  }

  /** Asks it to end, and waits. @returns its exit code */
  async stop() {
    await this.child?.stop(35_000);
    return this.child?.exit?.code ?? null;
  }

  async ready() {
    const response = await fetch(this.url('/ready'), { signal: AbortSignal.timeout(REQUEST_MS) });
    return { status: response.status, ...(await response.json()) };
  }

  async metrics() {
    const response = await fetch(this.url('/metrics'), { signal: AbortSignal.timeout(REQUEST_MS) });
    return response.text();
  }

  get gateway() {
    return `http://127.0.0.1:${this.options.gateway}`;
  }

  url(path) {
    return `http://127.0.0.1:${this.options.health}${path}`;
  }

  hear(line) {
    appendFileSync(this.options.log, `${line}\n`);
    let said;
    try {
      said = JSON.parse(line);
    } catch {
      this.complain(line.slice(0, 120));
      return;
    }
    const { msg, number, level, requestId } = said;
    if (msg === 'response stored') this.acknowledged.add(requestId);
    if (msg === 'round begun') this.begun = Math.max(this.begun, number);
    if (msg === 'round finished' || msg === 'round does not count') this.ended = Math.max(this.ended, number);
    if (['warn', 'error', 'fatal'].includes(level) || level >= 40) this.complain(msg);
  }

  complain(text) {
    this.complaints.set(text, (this.complaints.get(text) ?? 0) + 1);
  }
}
