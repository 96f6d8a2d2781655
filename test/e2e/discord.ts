import { eventually, type WebhookServer } from '@bettertherapy/testkit';
import { expect } from 'vitest';

const SOON = 60_000;

/** What a Discord channel was told of incidents; each call looks at messages from number `from` on. */
export class Channel {
  constructor(private readonly webhook: WebhookServer) {}

  /** Messages so far. */
  get length(): number {
    return this.webhook.messages.length;
  }

  about(kind: string, from = 0) {
    return this.webhook.messages
      .slice(from)
      .filter(({ texts }) => texts[0]?.includes(`: ${kind.replaceAll('_', ' ')}`));
  }

  /** Resolves when there is a message about each. */
  async isTold(from: number, ...kinds: readonly string[]): Promise<void> {
    await eventually(
      `messages about ${kinds} (there are: ${this.webhook.texts().join(' | ')})`,
      () => kinds.every((kind) => this.about(kind, from).length > 0),
      { deadlineMs: SOON },
    );
  }

  /** Resolves when all messages about these say that it is over. */
  async isEnded(from: number, ...kinds: readonly string[]): Promise<void> {
    await eventually(
      `the end of ${kinds} (now: ${this.webhook.texts().join(' | ')})`,
      () => kinds.every((kind) => this.about(kind, from).every(({ texts }) => texts.at(-1)?.startsWith('**ended:'))),
      { deadlineMs: SOON },
    );
  }

  /** The one message about each says that it is over; it began with what is wrong and what to do. */
  async isOver(from: number, ...kinds: readonly string[]): Promise<void> {
    await this.isEnded(from, ...kinds);
    for (const kind of kinds) {
      const told = this.about(kind, from);
      expect(told, kind).toHaveLength(1);
      expect(told[0]?.texts[0], kind).toMatch(/^\*\*(CRITICAL|WARNING): [\s\S]*\nWhat to do: .+\n/);
    }
  }
}
