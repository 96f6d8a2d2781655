import { noTracer, parseHotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { ScriptedModel } from '@bettertherapy/llm';
import { temporaryFolder } from '@bettertherapy/testkit';
import { seedShippedPacks, TwinMemory, TwinRegistry } from '@bettertherapy/twins';
import { signerFromUri } from '@bettertherapy/wallet';
import { type Gateway, openGateway } from '../../../src/gateway/openGateway.js';
import { RefusalLog } from '../../../src/gateway/operator/refusalLog.js';
import type { GatewayGiven } from '../../../src/gateway/parts.js';
import { type ValidatorOptions, validatorConfig } from '../../../src/options.js';
import { type PatientJudge, patientJudge } from '../../../src/patientJudge.js';
import { gateAnswer, harmfulTexts, maskTexts } from '../../../src/patientRules.js';
import { rulesHere } from '../../../src/rulesPool.js';
import { bookOf } from '../evidenceFixture.js';
import { bank, examiner, freshStore, metagraphOf, neuron, onEnd, roundParts } from '../fixture.js';

/** Limits that hold up no test but those of the places. */
export const generousLimits = {
  ratePerMinute: 6_000,
  addressRatePerMinute: 60_000,
  newPatientsPerHour: 60,
  concurrency: 2,
  maxStreams: 3,
};

/** Options as an operator would give them, with the gateway on a free port. */
export function optionsWith(dataDir: string, ...flags: string[]): ValidatorOptions {
  const argv = [
    '--netuid',
    '2',
    '--subtensor.network',
    'local',
    '--data.dir',
    dataDir,
    '--gateway.port',
    '0',
    ...flags,
  ];
  const parsed = validatorConfig.parse({ argv, env: {}, readText: () => null });
  if (parsed.kind !== 'run') throw new Error('the options print something');
  return parsed.config;
}

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly parts: GatewayGiven;
  /** A request to it; JSON in and out. */
  call(
    path: string,
    more?: { method?: string; token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; body: unknown; headers: Headers; text: string }>;
  /** A fresh key with these scopes. */
  key(...scopes: ('chat' | 'operator' | 'studio')[]): string;
}

/** Rules as they are; the quick look reads a number out of the answer: `fit 0.8`. */
export function scriptedJudge(
  quickLook: (answer: string, signal: AbortSignal) => number | Promise<number> = (answer) =>
    Number(/fit (0\.\d+)/.exec(answer)?.[1] ?? 0.5),
): PatientJudge {
  const judge = {
    quickLook: async (request: { readonly answer: string }, terms: { readonly signal: AbortSignal }) =>
      quickLook(request.answer, terms.signal),
  };
  return patientJudge({ judge, rules: rulesHere({ gateAnswer, harmfulTexts, maskTexts }), clock: systemClock });
}

/** A gateway on loopback with a fresh database; what it asks miners and the judge is the test's to say. */
export async function runGateway(
  flags: readonly string[] = [],
  more: Partial<Omit<GatewayGiven, 'options'>> = {},
): Promise<RunningGateway> {
  const folder = temporaryFolder('gateway');
  onEnd(() => folder.remove());
  const store = more.store ?? freshStore().store;
  const rounds = roundParts(store);
  const signer = signerFromUri('//Alice');
  const twins = new TwinRegistry({ shelf: store.twins, signer, clock: systemClock });
  await seedShippedPacks(twins);
  const parts: GatewayGiven = {
    options: optionsWith(folder.path, ...flags),
    genesisHash: `0x${'00'.repeat(32)}`,
    store,
    metagraph: async () => metagraphOf([neuron(1), neuron(2), neuron(3)]),
    lastMetagraph: () => metagraphOf([neuron(1), neuron(2), neuron(3)]),
    refusals: new RefusalLog({ size: 50, maxListeners: 2 }, { clock: systemClock }),
    askMany: rounds.askMany,
    examiner: examiner(),
    patientJudge: scriptedJudge(),
    serves: () => true,
    twinsOf: () => [],
    twins,
    memory: new TwinMemory({ index: store.twinNotes, embedder: null, log: silentLogger }),
    model: new ScriptedModel({ chat: () => 'I am an AI twin.' }),
    exam: { level: 'require', state: 'pending', result: null },
    room: () => 'enough',
    metrics: null,
    bank,
    evidence: bookOf(store),
    signer: { ...signer, address: parseHotkey(signer.address) },
    clock: systemClock,
    log: silentLogger,
    tracer: noTracer,
    secret: '5'.repeat(64),
    newId: rounds.newId,
    ...more,
  };
  const gateway = await openGateway(parts);
  if (!gateway) throw new Error('the gateway is off');
  onEnd(() => gateway.close());
  return {
    gateway,
    url: gateway.url,
    parts,
    call: async (path, { method, token, body, headers } = {}) => {
      const response = await fetch(`${gateway.url}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
    },
    key: (...scopes) =>
      store.apiKeys.create({
        name: 'test',
        scopes,
        doctor: scopes.includes('studio') ? 'Dr. Test' : null,
        ratePerMinute: null,
        concurrency: null,
        createdMs: systemClock.wallMs(),
        expiresMs: null,
      }).key,
  };
}
