import { CodedError, silentLogger } from '@bettertherapy/core';
import { eventually, FakeClock } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { Alerts, type IncidentMemory, type Notifier } from '../../../src/alerts/alerts.js';
import type { Incident, IncidentReport } from '../../../src/alerts/incident.js';
import { TelemetryFailures } from '../../../src/failures.js';

const UPDATE_MS = 300_000;

/** A channel that keeps what it was given, and fails when told to. */
class Channel implements Notifier {
  readonly sent: { readonly id: string; readonly text: string; readonly edited: boolean }[] = [];
  failures = 0;

  async post(text: string): Promise<string> {
    return this.take(`m${new Set(this.sent.map(({ id }) => id)).size + 1}`, text, false);
  }

  async edit(id: string, text: string): Promise<string> {
    return this.take(id, text, true);
  }

  private take(id: string, text: string, edited: boolean): string {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new CodedError('TELEMETRY_WEBHOOK_UNREACHABLE', 'no answer', { remedy: 'Try again.' });
    }
    this.sent.push({ id, text, edited });
    return id;
  }
}

class Memory implements IncidentMemory {
  kept: readonly Incident[] = [];
  load(): readonly Incident[] {
    return this.kept;
  }
  save(incidents: readonly Incident[]): void {
    this.kept = incidents;
  }
}

const down: IncidentReport = {
  kind: 'chain_unreachable',
  severity: 'critical',
  summary: 'No block for 60 s.',
  remedy: 'Check --subtensor.chain_endpoint.',
  facts: { endpoint: 'ws://127.0.0.1:9944' },
};

describe('alerts', () => {
  const running: Alerts[] = [];
  const clock = new FakeClock();

  function desk(parts: { notifier: Notifier | null; memory?: IncidentMemory }): Alerts {
    const alerts = new Alerts(
      { app: 'validator', updateEveryMs: UPDATE_MS, firstRetryMs: 1_000, maxRetryMs: 60_000 },
      {
        notifier: parts.notifier,
        memory: parts.memory ?? null,
        clock,
        log: silentLogger,
        failures: new TelemetryFailures(),
      },
    );
    alerts.start();
    running.push(alerts);
    return alerts;
  }

  afterEach(async () => {
    for (const alerts of running.splice(0)) await alerts.close();
  });

  it('tells the start, one change at most per interval, and the end, in one message', async () => {
    const channel = new Channel();
    const alerts = desk({ notifier: channel });
    alerts.report(down);
    await clock.advance(0);
    expect(channel.sent.map(({ edited }) => edited)).toEqual([false]);
    for (let i = 0; i < 10; i += 1) {
      alerts.report(down);
      await clock.advance(1_000);
    }
    expect(channel.sent).toHaveLength(1);
    await clock.advance(UPDATE_MS);
    expect(channel.sent).toHaveLength(2);
    expect(channel.sent[1]?.text).toContain('reported 11 times');
    alerts.end(down, 'Blocks come again.');
    await clock.advance(0);
    expect(channel.sent).toHaveLength(3);
    expect(new Set(channel.sent.map(({ id }) => id)).size).toBe(1);
    expect(channel.sent[2]?.text).toContain('Blocks come again.');
    expect(alerts.open()).toEqual([]);
  });

  it('a second incident of the same kind after the end of the first has a message of its own', async () => {
    const channel = new Channel();
    const alerts = desk({ notifier: channel });
    alerts.report(down);
    await clock.advance(0);
    alerts.end(down, 'Blocks come again.');
    await clock.advance(0);
    alerts.report(down);
    await clock.advance(0);
    expect(new Set(channel.sent.map(({ id }) => id)).size).toBe(2);
  });

  it('incidents of one kind with different subjects stand apart', async () => {
    const channel = new Channel();
    const alerts = desk({ notifier: channel });
    alerts.report({ ...down, subject: 'a' });
    alerts.report({ ...down, subject: 'b' });
    await clock.advance(0);
    alerts.end({ kind: down.kind, subject: 'a' }, 'Over.');
    await clock.advance(0);
    expect(channel.sent).toHaveLength(3);
    expect(alerts.open().map(({ report }) => report.subject)).toEqual(['b']);
  });

  it('what begins and ends while nothing can be sent is told once it can', async () => {
    const channel = new Channel();
    channel.failures = 4;
    const alerts = desk({ notifier: channel });
    alerts.report(down);
    await clock.advance(500);
    alerts.end(down, 'Blocks come again.');
    await clock.advance(60_000);
    expect(channel.sent).toHaveLength(1);
    expect(channel.sent[0]?.text).toContain('Blocks come again.');
  });

  it('goes on in the message it had before a restart', async () => {
    const channel = new Channel();
    const memory = new Memory();
    const first = desk({ notifier: channel, memory });
    first.report(down);
    await clock.advance(0);
    await first.close();
    const second = desk({ notifier: channel, memory });
    await clock.advance(0);
    expect(channel.sent).toHaveLength(1);
    second.end(down, 'Blocks come again.');
    await clock.advance(0);
    expect(channel.sent.map(({ edited }) => edited)).toEqual([false, true]);
    expect(memory.kept).toEqual([]);
  });

  it('tells at the next start what it could not tell before its end', async () => {
    const channel = new Channel();
    const memory = new Memory();
    channel.failures = 1_000;
    const first = desk({ notifier: channel, memory });
    first.report(down);
    await clock.advance(0);
    await first.close();
    channel.failures = 0;
    desk({ notifier: channel, memory });
    await clock.advance(0);
    expect(channel.sent).toHaveLength(1);
  });

  it('an end without a start says nothing', async () => {
    const channel = new Channel();
    desk({ notifier: channel }).end(down, 'Never begun.');
    await clock.advance(0);
    expect(channel.sent).toEqual([]);
  });

  it('without a notifier keeps nothing but what is open', () => {
    const memory = new Memory();
    const alerts = desk({ notifier: null, memory });
    alerts.report(down);
    expect(memory.kept).toHaveLength(1);
    alerts.end(down, 'Over.');
    expect(memory.kept).toEqual([]);
  });

  it('a flood of subjects keeps a bounded number', async () => {
    const channel = new Channel();
    const alerts = desk({ notifier: channel });
    for (let i = 0; i < 500; i += 1) alerts.report({ ...down, subject: `m${i}` });
    expect(alerts.open()).toHaveLength(64);
    await eventually('all to be told', async () => {
      await clock.advance(1);
      return channel.sent.length === 64;
    });
  });
});
