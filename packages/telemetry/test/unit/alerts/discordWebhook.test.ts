import { describeError, systemClock } from '@bettertherapy/core';
import { WebhookServer } from '@bettertherapy/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscordWebhook } from '../../../src/alerts/discordWebhook.js';

describe('the Discord webhook', () => {
  const { signal } = new AbortController();
  let server: WebhookServer;
  let webhook: DiscordWebhook;

  beforeEach(async () => {
    server = new WebhookServer({ limit: 3, windowMs: 200 });
    await server.start();
    webhook = new DiscordWebhook({ url: server.url, requestMs: 2_000 }, { clock: systemClock });
  });
  afterEach(() => server.close());

  it('sends a message and edits it', async () => {
    const id = await webhook.post('begins', signal);
    expect(await webhook.edit(id, 'ends', signal)).toBe(id);
    expect(server.messages.map(({ texts }) => texts)).toEqual([['begins', 'ends']]);
  });

  it('sends a message anew that somebody deleted', async () => {
    const id = await webhook.edit('999', 'still there', signal);
    expect(server.messages.map(({ texts }) => texts)).toEqual([['still there']]);
    expect(id).toBe(server.messages[0]?.id);
  });

  it('keeps to the limit that the headers state, so that none of many is refused', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => webhook.post(`message ${i}`, signal)));
    expect(server.messages).toHaveLength(10);
    expect(server.overLimit).toBe(0);
  });

  it('waits as told when it is refused all the same, because another process uses the webhook too', async () => {
    const other = new DiscordWebhook({ url: server.url }, { clock: systemClock });
    await Promise.all(Array.from({ length: 6 }, (_, i) => [webhook, other][i % 2]?.post(`message ${i}`, signal)));
    expect(server.messages).toHaveLength(6);
  });

  it('waits as told when the limit over all webhooks is reached, of which no header speaks beforehand', async () => {
    const tight = new WebhookServer({ limit: 100, windowMs: 200, global: { limit: 2, windowMs: 150 } });
    await tight.start();
    const many = new DiscordWebhook({ url: tight.url }, { clock: systemClock });
    for (const n of [1, 2, 3, 4, 5]) await many.post(`message ${n}`, signal);
    expect(tight.messages).toHaveLength(5);
    // Each refusal was waited out: no more of them than windows that were begun.
    expect(tight.overLimit).toBeGreaterThan(0);
    expect(tight.overLimit).toBeLessThanOrEqual(2);
    await tight.close();
  });

  it('is refused a text that is too long', async () => {
    await expect(webhook.post('x'.repeat(2_001), signal)).rejects.toMatchObject({ code: 'TELEMETRY_WEBHOOK_REFUSED' });
  });

  it.each([
    { name: 'a webhook that is gone', faults: [404], code: 'TELEMETRY_WEBHOOK_REFUSED' },
    { name: 'a refusal', faults: [400], code: 'TELEMETRY_WEBHOOK_REFUSED' },
  ])('$name is an error with a code', async ({ faults, code }) => {
    server.faults.push(...faults);
    await expect(webhook.post('x', signal)).rejects.toMatchObject({ code });
  });

  it('never shows the address in an error', async () => {
    const { url } = server;
    await server.close();
    const error = await webhook.post('x', signal).catch((reason: unknown) => reason);
    expect(describeError(error)).toContain('TELEMETRY_WEBHOOK_UNREACHABLE');
    const shown = `${describeError(error)} ${JSON.stringify(error)}`;
    expect(shown).not.toContain('secret-part');
    expect(shown).not.toContain(new URL(url).host);
  });

  it.each(['', 'discord', 'ftp://example.org/x'])('refuses %j as an address without repeating it', (url) => {
    expect(() => new DiscordWebhook({ url }, { clock: systemClock })).toThrow('--discord.webhook is no http address');
  });
});
