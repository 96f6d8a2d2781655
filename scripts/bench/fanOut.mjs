import { silentLogger, systemClock } from '@bettertherapy/core';
import { Dendrite } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { startAxon } from './axons.mjs';

const AXONS = 256;
const REPEATS = 3;

async function once(dendrite, axons, protocol) {
  const calls = axons.map(({ axon, hotkey }, at) => ({
    target: { hotkey, ip: '127.0.0.1', port: axon.port, protocol },
    request: { prompt: 'How do I calm down before an exam?', requestId: `fan-${at}` },
  }));
  const startedAt = performance.now();
  const replies = await dendrite.queryMany(calls, { deadlineMs: 30_000 });
  if (!replies.every(({ ok }) => ok))
    throw new Error(`not every axon answered: ${replies.find(({ ok }) => !ok)?.statusMessage}`);
  return (performance.now() - startedAt) / 1000;
}

/** One question to 256 axons that all live in this process: the time holds both sides' work on one thread. */
export async function fanOut() {
  await ready();
  const axons = [];
  for (let at = 0; at < AXONS; at += 1) {
    axons.push(
      await startAxon({
        uri: `//Miner${at}`,
        output: ({ requestId }) => `Answer to ${requestId}.`,
        queue: { concurrency: 4, capacity: 16 },
      }),
    );
  }
  const dendrite = new Dendrite(
    { signer: asHotkey(signerFromUri('//Alice')), connectionsPerAxon: 1 },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
  const best = { v10: Number.POSITIVE_INFINITY, btauth1: Number.POSITIVE_INFINITY };
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const protocol of ['v10', 'btauth1'])
      best[protocol] = Math.min(best[protocol], await once(dendrite, axons, protocol));
  }
  await dendrite.close();
  await Promise.all(axons.map(({ axon }) => axon.close()));
  return {
    title: `fan-out: one question to ${AXONS} axons in the same process`,
    rows: [
      { what: 'v10', value: AXONS / best.v10, unit: 'answers/s' },
      { what: 'btauth/1', value: AXONS / best.btauth1, unit: 'answers/s' },
    ],
  };
}
