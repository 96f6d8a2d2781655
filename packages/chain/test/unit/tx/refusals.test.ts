import { describe, expect, it } from 'vitest';
import { ChainErrorCode } from '../../../src/errors.js';
import { rpcRefused } from '../../../src/rpc/failures.js';
import { CUSTOM_ERRORS, ERROR_TABLE } from '../../../src/tx/errorTable.js';
import type { ChainEvent } from '../../../src/tx/events.js';
import { throwOnFailure } from '../../../src/tx/events.js';
import { dispatchFailure, poolFailure } from '../../../src/tx/refusals.js';
import { finneyRuntime } from '../../support/finney.js';

const runtime = finneyRuntime();

/** The module error as the runtime reports it, found by name in the metadata. */
function moduleError(pallet: number, name: string): { type: string; value: { index: bigint; error: Uint8Array } } {
  for (let index = 0; index < 256; index += 1) {
    if (runtime.palletError(pallet, index)?.name === name) {
      return { type: 'Module', value: { index: BigInt(pallet), error: Uint8Array.of(index, 0, 0, 0) } };
    }
  }
  throw new Error(`the metadata has no error ${name}`);
}
const SUBTENSOR = 7;

describe('dispatch errors', () => {
  it.each([
    ['SettingWeightsTooFast', ChainErrorCode.WeightsTooSoon],
    ['CommittingWeightsTooFast', ChainErrorCode.WeightsTooSoon],
    ['NeuronNoValidatorPermit', ChainErrorCode.NoPermit],
    ['CommitRevealEnabled', ChainErrorCode.CommitRevealOn],
    ['HotKeyNotRegisteredInSubNet', ChainErrorCode.NotRegistered],
    ['ServingRateLimitExceeded', ChainErrorCode.ServingTooSoon],
    ['NotEnoughBalanceToStake', ChainErrorCode.NotEnoughBalance],
    ['IncorrectWeightVersionKey', ChainErrorCode.WeightsVersion],
    ['AdminActionProhibitedDuringWeightsWindow', ChainErrorCode.AdminWindow],
  ])('%s has the code %s and a next step', (name, code) => {
    const failure = dispatchFailure(runtime, 'x.y', moduleError(SUBTENSOR, name));
    expect(failure.code).toBe(code);
    expect(failure.remedy.length).toBeGreaterThan(10);
    expect(failure.details.error).toBe(`SubtensorModule.${name}`);
  });

  it('keeps the name and the docs of an error that is not in the table', () => {
    const failure = dispatchFailure(runtime, 'x.y', moduleError(SUBTENSOR, 'SymbolAlreadyInUse'));
    expect(failure).toMatchObject({
      code: 'CHAIN_DISPATCH_FAILED',
      details: { error: 'SubtensorModule.SymbolAlreadyInUse' },
    });
    expect(failure.message).toContain('Symbol already in use');
  });

  it.each([
    [{ type: 'BadOrigin', value: null }, 'CHAIN_NOT_ALLOWED'],
    [{ type: 'Token', value: { type: 'FundsUnavailable', value: null } }, 'CHAIN_NOT_ENOUGH_BALANCE'],
    [{ type: 'Arithmetic', value: { type: 'Underflow', value: null } }, 'CHAIN_DISPATCH_FAILED'],
    [{ type: 'Module', value: { index: 250n, error: Uint8Array.of(1, 0, 0, 0) } }, 'CHAIN_DISPATCH_FAILED'],
    [null, 'CHAIN_DISPATCH_FAILED'],
  ])('%o has the code %s', (error, code) => {
    expect(dispatchFailure(runtime, 'x.y', error).code).toBe(code);
  });

  it('has only names in the table that the main network knows', () => {
    const known = new Set<string>();
    for (let pallet = 0; pallet < 256; pallet += 1) {
      for (let index = 0; index < 256; index += 1) {
        const error = runtime.palletError(pallet, index);
        if (error) known.add(`${error.pallet}.${error.name}`);
      }
    }
    expect(Object.keys(ERROR_TABLE).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('failures inside a successful extrinsic', () => {
  const err = (error: unknown): ChainEvent['data'] => [{ type: 'Err', value: error }] as ChainEvent['data'];

  it.each<[string, ChainEvent, object]>([
    [
      'sudo',
      { section: 'sudo', method: 'Sudid', data: err(moduleError(SUBTENSOR, 'SubnetNotExists')) },
      { inside: 'sudo' },
    ],
    [
      'a batch',
      { section: 'utility', method: 'BatchInterrupted', data: [2n, moduleError(SUBTENSOR, 'SubnetNotExists')] },
      { inside: 'batch', batchIndex: 2 },
    ],
    [
      'the extrinsic itself',
      { section: 'system', method: 'ExtrinsicFailed', data: [moduleError(SUBTENSOR, 'SubnetNotExists')] },
      {},
    ],
  ])('of %s are thrown', (_name, event, details) => {
    expect(() => throwOnFailure(runtime, 'x.y', [event], {})).toThrow(
      expect.objectContaining({ code: 'CHAIN_SUBNET_MISSING', details: expect.objectContaining(details) }),
    );
  });

  it('are not seen in success', () => {
    const events: ChainEvent[] = [
      { section: 'sudo', method: 'Sudid', data: [{ type: 'Ok', value: null }] },
      { section: 'system', method: 'ExtrinsicSuccess', data: [] },
    ];
    expect(() => throwOnFailure(runtime, 'x.y', events, {})).not.toThrow();
  });
});

describe('refusals of the pool', () => {
  const refuse = (call: string, data: string, message = 'Invalid Transaction'): unknown =>
    poolFailure(call, rpcRefused('ws://x', 'author_submitAndWatchExtrinsic', { code: 1010, message, data }));

  it.each([
    ['subtensorModule.setWeights', 'Custom error: 1', 'CHAIN_WEIGHTS_STAKE_TOO_LOW'],
    ['subtensorModule.setWeights', 'Custom error: 6', 'CHAIN_WEIGHTS_TOO_SOON'],
    ['subtensorModule.burnedRegister', 'Custom error: 6', 'CHAIN_RATE_LIMITED'],
    ['subtensorModule.serveAxon', 'Custom error: 12', 'CHAIN_SERVING_TOO_SOON'],
    ['subtensorModule.serveAxon', 'Custom error: 11', 'CHAIN_AXON_ADDRESS'],
    ['subtensorModule.commitTimelockedWeights', 'Custom error: 15', 'CHAIN_REVEAL_ROUND'],
    ['subtensorModule.addStake', 'Custom error: 255', 'CHAIN_DISPATCH_FAILED'],
    ['x.y', 'Transaction is outdated', 'CHAIN_STALE_NONCE'],
    ['x.y', 'Transaction has a bad signature', 'CHAIN_BAD_SIGNATURE'],
    ['x.y', 'Inability to pay some fees (e.g. account balance too low)', 'CHAIN_CANNOT_PAY_FEE'],
    ['x.y', 'Transaction has an ancient birth block', 'CHAIN_TX_EXPIRED'],
    ['x.y', 'The transaction call is not expected', 'CHAIN_TX_INVALID'],
  ])('of %s: "%s" has the code %s', (call, data, code) => {
    expect(refuse(call, data)).toMatchObject({ code });
  });

  it('come with a next step for each custom number of the runtime', () => {
    for (const number of CUSTOM_ERRORS.keys()) {
      expect(refuse('x.y', `Custom error: ${number}`)).toMatchObject({ remedy: expect.stringMatching(/\w{4}/) });
    }
  });

  it('leave other failures as they are', () => {
    const other = new Error('other');
    expect(poolFailure('x.y', other)).toBe(other);
  });
});
