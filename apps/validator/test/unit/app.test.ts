import { ChainErrorCode } from '@bettertherapy/chain';
import { CodedError, silentLogger } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { chainPay } from '../../src/chainPay.js';
import { runDuties } from '../../src/duties/runDuties.js';
import { exitCodeOf } from '../../src/errors.js';
import { validatorConfig } from '../../src/options.js';

const coded = (code: string) => new CodedError(code, code, { remedy: 'none' });
const input = (...argv: string[]) => ({ argv, env: {}, readText: () => null });

describe('the options', () => {
  it('take the flags that operators know', () => {
    const parsed = validatorConfig.parse(
      input(
        ...[
          '--netuid',
          '7',
          '--subtensor.network',
          'test',
          '--wallet.name',
          'w',
          '--wallet.hotkey',
          'h',
          '--wallet.path',
          '/w',
        ],
        ...[
          '--neuron.round_interval',
          '5',
          '--neuron.questions',
          '6',
          '--neuron.timeout',
          '45',
          '--neuron.alpha',
          '0.2',
        ],
        ...['--neuron.max_rounds', '3', '--neuron.weights', 'linear', '--neuron.stake_limit', '100'],
        ...['--neuron.max_per_ip', '2', '--neuron.max_per_coldkey', '3', '--judge.enforce_controls', 'false'],
        ...['--bank.path', 'b.jsonl', '--model.backend', 'llama', '--model.name', 'm', '--model.threads', '2'],
        ...['--data.dir', 'd', '--health.port', 'off', '--logging.debug', '--logging.json'],
      ),
    );
    expect(parsed).toMatchObject({
      kind: 'run',
      config: {
        netuid: 7,
        chain: 'test',
        neuron: { roundInterval: 5, questions: 6, timeout: 45, weights: 'linear', maxPerIp: 2, maxPerColdkey: 3 },
        judge: { enforceControls: false },
        bank: { path: 'b.jsonl' },
      },
    });
  });

  it('have the defaults of the rules: a round in ten minutes, four questions, 40 s, alpha 0.1, power weights, controls on', () => {
    expect(validatorConfig.parse(input('--subtensor.network', 'finney'))).toMatchObject({
      config: {
        netuid: 102,
        neuron: { roundInterval: 600, questions: 4, timeout: 40, alpha: 0.1, weights: 'power', maxRounds: 0 },
        judge: { enforceControls: true },
      },
    });
  });
});

describe('the exit code', () => {
  it.each([
    ['STORE_SCHEMA_OLD', 2],
    ['STORE_LOCKED', 2],
    ['VALIDATOR_NOT_REGISTERED', 2],
    ['WALLET_NOT_FOUND', 2],
    ['CONFIG_REQUIRED', 2],
    ['CHAIN_BAD_ENDPOINT', 2],
    ['LLM_MODEL_UNKNOWN', 2],
    ['CHAIN_UNREACHABLE', 1],
    ['LLM_WORKER_GAVE_UP', 1],
  ])('of %s is %i', (code, expected) => {
    expect(exitCodeOf(coded(code))).toBe(expected);
  });

  it('of anything unforeseen is 1', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
  });
});

describe('a failed send of weights', () => {
  // Only the verdict on errors is asked for; neither chain nor key is touched.
  const pay = chainPay({ netuid: 1, mecid: 0 }, { chain: {} as never, signer: {} as never });
  it.each([
    [ChainErrorCode.TxUnknown, true],
    [ChainErrorCode.TxDropped, true],
    [ChainErrorCode.TxInvalid, true],
    [ChainErrorCode.ConnectionLost, true],
    [ChainErrorCode.Timeout, true],
    [ChainErrorCode.Unreachable, false],
    [ChainErrorCode.NoPermit, false],
    [ChainErrorCode.WeightsTooSoon, false],
    [ChainErrorCode.TxExpired, false],
  ])('with %s may have landed: %s', (code, expected) => {
    expect(pay.mayHaveLanded(coded(code))).toBe(expected);
  });
});

describe('the duties', () => {
  const waiting = (name: string, ended: string[]) => ({
    name,
    run: (signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(name);
          reject(signal.reason);
        });
      }),
  });

  it('all end when one fails, and the failure is what is told', async () => {
    const ended: string[] = [];
    const broken = { name: 'broken', run: () => Promise.reject(coded('BROKEN')) };
    const running = runDuties(
      [waiting('a', ended), broken, waiting('b', ended)],
      new AbortController().signal,
      silentLogger,
    );
    await expect(running).rejects.toMatchObject({ code: 'BROKEN' });
    expect(ended.sort()).toEqual(['a', 'b']);
  });

  it('go on when one has nothing left to do, until they are asked to stop', async () => {
    const ended: string[] = [];
    const stop = new AbortController();
    const done = { name: 'done', run: () => Promise.resolve() };
    const running = runDuties([done, waiting('a', ended)], stop.signal, silentLogger);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toEqual([]);
    stop.abort(coded('STOPPED'));
    await expect(running).rejects.toMatchObject({ code: 'STOPPED' });
    expect(ended).toEqual(['a']);
  });
});
