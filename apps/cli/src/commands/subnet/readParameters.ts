import { type BlockView, ChainErrorCode, item, type Plain } from '@bettertherapy/chain';
import { CodedError } from '@bettertherapy/core';
import { z } from 'zod';
import { formatTao } from '../amount.js';
import { byteText, readAnswer } from '../answers.js';
import { PARAMETERS } from './parameters.js';

/** A parameter's value at one block. */
export interface ParameterValue {
  readonly name: string;
  readonly scope: 'subnet' | 'chain';
  readonly value: bigint | boolean;
  /** As it is written on the command line; amounts in TAO, fixed-point numbers as decimals. */
  readonly text: string;
}

const API = 'SubnetInfoRuntimeApi';
const PALLET = 'SubtensorModule';
const TAO = new Set(PARAMETERS.filter(({ type }) => type === 'tao').map(({ name }) => name));
/** Fraction bits of the fixed-point kinds. */
const FRACTION_BITS: Readonly<Record<string, bigint>> = { I32F32: 32n, U64F64: 64n };

const scalar = z.union([z.bigint(), z.boolean()]);
const bits = z.union([z.bigint(), z.looseObject({ bits: z.bigint() }).transform((fixed) => fixed.bits)]);
const named = z.array(
  z.looseObject({ name: byteText, value: z.looseObject({ type: z.string(), value: z.union([scalar, bits]) }) }),
);

/**
 * Everything the chain tells about a subnet's parameters, then what we know to be stored, then those of the chain.
 * @throws CodedError CHAIN_SUBNET_MISSING
 */
export async function readParameters(view: BlockView, netuid: number): Promise<ParameterValue[]> {
  const listed = await readListed(view, netuid);
  const missing = PARAMETERS.filter(({ name, stored }) => stored !== null && !listed.some((one) => one.name === name));
  const refs = missing.map(({ name, scope, stored }) => {
    return [name, item(PALLET, stored ?? '', ...(scope === 'subnet' ? [netuid] : []))] as const;
  });
  const found = await view.read<string>(Object.fromEntries(refs));
  const more = missing.flatMap(({ name, scope }) => {
    const value = scalar.safeParse(found[name]);
    return value.success ? [{ name, scope, value: value.data, text: textOf(name, value.data) }] : [];
  });
  return [...listed, ...more];
}

async function readListed(view: BlockView, netuid: number): Promise<ParameterValue[]> {
  const { apis } = view.runtime;
  if (apis.has(API, 'get_subnet_hyperparams_v3')) {
    const answer = present(await view.call(API, 'get_subnet_hyperparams_v3', [netuid]), netuid);
    return readAnswer(named, answer, 'hyperparameters').map(({ name, value }) => {
      const fraction = FRACTION_BITS[value.type];
      const text =
        fraction === undefined || typeof value.value === 'boolean'
          ? textOf(name, value.value)
          : fixedPoint(value.value, fraction);
      return { name, scope: 'subnet' as const, value: value.value, text };
    });
  }
  const method = apis.has(API, 'get_subnet_hyperparams_v2') ? 'get_subnet_hyperparams_v2' : 'get_subnet_hyperparams';
  const answer = present(await view.call(API, method, [netuid]), netuid);
  return Object.entries(readAnswer(z.record(z.string(), z.unknown()), answer, 'hyperparameters')).flatMap(
    ([key, raw]) => {
      const value = scalar.safeParse(raw);
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return value.success
        ? [{ name, scope: 'subnet' as const, value: value.data, text: textOf(name, value.data) }]
        : [];
    },
  );
}

function textOf(name: string, value: bigint | boolean): string {
  return typeof value === 'bigint' && TAO.has(name) ? formatTao(value) : String(value);
}

/** A fixed-point number cut to six decimals. */
export function fixedPoint(raw: bigint, fractionBits: bigint): string {
  const millionths = (raw * 1_000_000n) >> fractionBits;
  const sign = millionths < 0n ? '-' : '';
  const size = millionths < 0n ? -millionths : millionths;
  const fraction = (size % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${size / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

function present(answer: Plain, netuid: number): Plain {
  if (answer !== null) return answer;
  throw new CodedError(ChainErrorCode.SubnetMissing, `there is no subnet ${netuid}`, {
    remedy: 'Check --netuid and --subtensor.network; `pnpm bt subnet list` shows the subnets.',
    details: { netuid },
  });
}
