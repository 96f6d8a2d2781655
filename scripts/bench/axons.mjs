import { silentLogger, systemClock } from '@bettertherapy/core';
import { AxonServer, MemoryNonceStore } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';

/** Our axon as the miner runs it, but for the model and with limits out of the way; stops with the process. */
export async function startAxon({ uri, output, queue = { concurrency: 256, capacity: 4096 } }) {
  await ready();
  const signer = asHotkey(signerFromUri(uri));
  const axon = new AxonServer(
    {
      host: '127.0.0.1',
      port: 0,
      hotkey: signer.address,
      answerDeadlineMs: 30_000,
      queue,
      rate: { perMinute: 10_000_000, burst: 1_000_000 },
      addressRate: null,
    },
    {
      answer: async (request) => ({ output: await output(request) }),
      policy: () => ({ allow: true, priority: 1 }),
      nonces: new MemoryNonceStore({ maxEntries: 1_000_000, firstStart: true }, { clock: systemClock }),
      signer,
      clock: systemClock,
      log: silentLogger,
      metrics: null,
    },
  );
  await axon.start(new AbortController().signal);
  return { axon, port: axon.port, hotkey: signer.address };
}
