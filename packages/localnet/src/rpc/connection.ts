import { RpcCode, RpcFailure } from './jsonRpc.js';

/** Starts a subscription: `push` sends one item; the returned function stops it. */
export type StartSubscription = (push: (result: unknown) => void) => () => void;

/** One client: its subscriptions and its way out. */
export class Connection {
  private readonly stops = new Map<string, { readonly method: string; readonly stop: () => void }>();
  private readonly waiting: string[] = [];
  private answering = false;
  private count = 0;

  constructor(
    private readonly options: { readonly maxSubscriptions: number },
    private readonly send: (text: string) => void,
  ) {}

  /** What is pushed while a request is answered goes out after the answer, so that a client knows the id by then. */
  answer(respond: () => string | null): void {
    this.answering = true;
    try {
      const text = respond();
      if (text !== null) this.send(text);
    } finally {
      this.answering = false;
      for (const text of this.waiting.splice(0)) this.send(text);
    }
  }

  /** @throws RpcFailure when the client has too many. @returns the subscription's id. */
  subscribe(method: string, start: StartSubscription): string {
    if (this.stops.size >= this.options.maxSubscriptions) {
      throw new RpcFailure(RpcCode.TooManySubscriptions, 'Too many subscriptions on the connection');
    }
    this.count += 1;
    const id = `${method}-${this.count}`;
    const subscription = { method, stop: start((result) => this.notify(method, id, result)) };
    this.stops.set(id, subscription);
    return id;
  }

  /** False when there is no such subscription. */
  unsubscribe(id: unknown): boolean {
    const subscription = typeof id === 'string' ? this.stops.get(id) : undefined;
    if (typeof id !== 'string' || subscription === undefined) return false;
    subscription.stop();
    return this.stops.delete(id);
  }

  close(): void {
    for (const id of [...this.stops.keys()]) this.unsubscribe(id);
  }

  private notify(method: string, subscription: string, result: unknown): void {
    const text = JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } });
    if (this.answering) this.waiting.push(text);
    else this.send(text);
  }
}
