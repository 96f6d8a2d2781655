import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import {
  type AnswerFn,
  type AxonOptions,
  type AxonParts,
  AxonServer,
  MemoryNonceStore,
} from '@bettertherapy/transport';
import { asHotkey, ready, type Signer, signerFromUri } from '@bettertherapy/wallet';
import type { PythonTarget } from './python.js';

/** Our axon on loopback, as the miner runs it but for the model. */
export interface AxonUnderTest {
  readonly hotkey: Hotkey;
  readonly target: PythonTarget;
  /** Codes of refused requests, in order. */
  readonly refusals: string[];
  /** Seconds from the first byte of each answered request to its answer, as we measured them. */
  readonly seconds: number[];
  /** Stops it and starts another on the same port, with the same memory of nonces, as a restarted miner has. */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  drain(deadlineMs: number): Promise<void>;
  close(): Promise<void>;
}

export const minerSigner = (): Signer<Hotkey> => asHotkey(signerFromUri('//Miner'));

export async function startAxonUnderTest(
  settings: {
    readonly answer?: AnswerFn;
    readonly options?: Partial<AxonOptions>;
    readonly policy?: AxonParts['policy'];
    readonly signer?: Signer<Hotkey>;
  } = {},
): Promise<AxonUnderTest> {
  await ready();
  const signer = settings.signer ?? minerSigner();
  const refusals: string[] = [];
  const seconds: number[] = [];
  const parts: AxonParts = {
    answer: settings.answer ?? (async ({ prompt }) => ({ output: `answer to ${prompt}` })),
    policy: settings.policy ?? (() => ({ allow: true, priority: 1 })),
    nonces: new MemoryNonceStore({ maxEntries: 100_000, firstStart: true }, { clock: systemClock }),
    signer,
    clock: systemClock,
    log: silentLogger,
    metrics: {
      requestRefused: (code) => refusals.push(code),
      requestAnswered: (_protocol, taken) => seconds.push(taken),
      queueChanged: () => undefined,
    },
  };
  const listen = async (port: number): Promise<AxonServer> => {
    const options: AxonOptions = {
      host: '127.0.0.1',
      hotkey: signer.address,
      answerDeadlineMs: 30_000,
      queue: { concurrency: 16, capacity: 256 },
      rate: { perMinute: 1_000_000, burst: 100_000 },
      ...settings.options,
      port,
    };
    const server = new AxonServer(options, parts);
    await server.start(new AbortController().signal);
    return server;
  };
  let server = await listen(0);
  const { port } = server;
  return {
    hotkey: signer.address,
    target: { ip: '127.0.0.1', port, hotkey: signer.address },
    refusals,
    seconds,
    restart: async (whileDown) => {
      await server.close();
      await whileDown?.();
      server = await listen(port);
    },
    drain: (deadlineMs) => server.drain(deadlineMs),
    close: () => server.close(),
  };
}
