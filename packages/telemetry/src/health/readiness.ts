export interface PartState {
  readonly ok: boolean;
  /** A word for the state: `serving`, `not registered`. */
  readonly state: string;
}

/** What each part of an app says about itself; `/ready` is yes when every part is ok. */
export class Readiness {
  private readonly states = new Map<string, PartState>();

  /** @param parts names that must report before the app is ready */
  constructor(parts: readonly string[]) {
    for (const part of parts) this.states.set(part, { ok: false, state: 'starting' });
  }

  set(part: string, ok: boolean, state: string): void {
    this.states.set(part, { ok, state });
  }

  get ready(): boolean {
    return [...this.states.values()].every((state) => state.ok);
  }

  snapshot(): Record<string, PartState> {
    return Object.fromEntries(this.states);
  }
}
