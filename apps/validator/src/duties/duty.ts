/** Something that goes on until the app stops. */
export interface Duty {
  readonly name: string;
  /** Resolves when there is nothing left to do, rejects with the signal's reason or with a fault that ends the app. */
  run(signal: AbortSignal): Promise<void>;
}
