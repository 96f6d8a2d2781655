import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { type AnswerFn, type AxonOptions, AxonServer, MemoryNonceStore } from '@bettertherapy/transport';
import { asHotkey, type Signer, signerFromUri } from '@bettertherapy/wallet';

export interface RunningAxon {
  readonly port: number;
  readonly hotkey: Hotkey;
  /** The only caller with a permit. */
  readonly validator: Signer;
  /** A key that is not registered. */
  readonly stranger: Signer;
  /** How often the model was asked. */
  answers(): number;
  close(): Promise<void>;
}

/** A real axon on a free loopback port whose "model" only counts. Limits on rates are out of the way. */
export async function startAxon(
  options: Partial<AxonOptions> = {},
  answer: AnswerFn = async () => ({ output: 'Breathe out slowly.' }),
): Promise<RunningAxon> {
  const signer = signerFromUri('//Axon');
  const validator = signerFromUri('//Validator');
  const hotkey = asHotkey(signer).address;
  let answers = 0;
  const server = new AxonServer(
    {
      host: '127.0.0.1',
      port: 0,
      hotkey,
      answerDeadlineMs: 10_000,
      freshnessMs: 16_000,
      queue: { concurrency: 32, capacity: 256 },
      rate: { perMinute: 10_000_000, burst: 1_000_000 },
      addressRate: null,
      ...options,
    },
    {
      answer: (request) => {
        answers += 1;
        return answer(request);
      },
      policy: (caller) =>
        caller === validator.address
          ? { allow: true, priority: 1 }
          : { allow: false, code: 'unregistered', message: 'Unrecognized hotkey.' },
      nonces: new MemoryNonceStore({ maxEntries: 100_000, firstStart: true }, { clock: systemClock }),
      signer,
      clock: systemClock,
      log: silentLogger,
      metrics: null,
    },
  );
  await server.start(new AbortController().signal);
  return {
    port: server.port,
    hotkey,
    validator,
    stranger: signerFromUri('//Stranger'),
    answers: () => answers,
    close: () => server.close(),
  };
}
