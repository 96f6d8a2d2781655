import { type ChainError, ChainErrorCode, chainError } from '../errors.js';
import { rpcErrorOf } from '../rpc/index.js';
import type { Plain, Runtime } from '../runtime/index.js';
import { CUSTOM_ERRORS, ERROR_TABLE, type ErrorMeaning } from './errorTable.js';

/** The weights calls use the pool's "rate limit" number for their own limit. */
const WEIGHT_CALL = /weights/i;

const UNKNOWN: ErrorMeaning = {
  code: ChainErrorCode.DispatchFailed,
  remedy: 'Look the name up in the documentation of the chain; nothing was changed.',
};

/** An error of a pallet under our code. `call` is `pallet.name` of what was sent. */
export function palletFailure(call: string, error: string, docs: string, details: object = {}): ChainError {
  const meaning = ERROR_TABLE[error] ?? UNKNOWN;
  const what = docs === '' ? '' : `: ${docs}`;
  return chainError(meaning.code, `${call} failed with ${error}${what}`, {
    remedy: meaning.remedy,
    details: { call, error, docs, ...details },
  });
}

/** The failure behind a `DispatchError` of the runtime, whichever event or result carried it. */
export function dispatchFailure(runtime: Runtime, call: string, error: Plain, details: object = {}): ChainError {
  const { type, value } = variant(error);
  if (type === 'Module') {
    const found = moduleError(runtime, value);
    if (found) return palletFailure(call, `${found.pallet}.${found.name}`, found.docs, details);
  }
  if (type === 'BadOrigin') {
    return chainError(ChainErrorCode.NotAllowed, `${call} may not be called by this account`, {
      remedy: 'Sign with the key that the call asks for: subnet owner, sudo key, hotkey or coldkey.',
      details: { call, error: type, ...details },
    });
  }
  const inner = variant(value).type;
  const name = inner === '' ? type : `${type}.${inner}`;
  if (type === 'Token') {
    return chainError(ChainErrorCode.NotEnoughBalance, `${call} failed with ${name}`, {
      remedy: 'Send TAO to the account, and leave at least the existential deposit of 500 rao in it.',
      details: { call, error: name, ...details },
    });
  }
  return palletFailure(call, name === '' ? 'Unknown' : name, '', details);
}

function moduleError(runtime: Runtime, value: Plain): ReturnType<Runtime['palletError']> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return null;
  const { index, error } = value as { index?: Plain; error?: Plain };
  if (typeof index !== 'bigint' || !(error instanceof Uint8Array)) return null;
  return runtime.palletError(Number(index), error[0] ?? 0);
}

/** The variant of an enum; empty for anything else. */
export function variant(value: Plain | undefined): { readonly type: string; readonly value: Plain } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)) {
    // Arrays and bytes were excluded, so it is the struct member of the union.
    const fields = value as Readonly<Record<string, Plain>>;
    if (typeof fields.type === 'string') return { type: fields.type, value: fields.value ?? null };
  }
  return { type: '', value: null };
}

/** What the pool's texts mean, first match wins. */
const POOL_TEXTS: readonly (readonly [RegExp, ErrorMeaning])[] = [
  [
    /outdated|stale|already imported|priority is too low|temporarily banned/i,
    { code: ChainErrorCode.StaleNonce, remedy: 'Another extrinsic of this account is under way; try again after it.' },
  ],
  [
    /bad signature|badproof/i,
    {
      code: ChainErrorCode.BadSignature,
      remedy: 'Check --subtensor.network: the endpoint may serve another chain or runtime than expected.',
    },
  ],
  [/ancient birth block/i, { code: ChainErrorCode.TxExpired, remedy: 'Try again: the extrinsic waited too long.' }],
  [
    /pay some fees|account balance too low|inability to pay/i,
    { code: ChainErrorCode.CannotPayFee, remedy: 'Send some TAO to the account for the fee.' },
  ],
  [
    /valid in the future|future/i,
    { code: ChainErrorCode.TxInvalid, remedy: 'An earlier extrinsic of this account is missing; try again.' },
  ],
  [/exhaust/i, { code: ChainErrorCode.TxDropped, remedy: 'The block is full; try again.' }],
  [/limit|full/i, { code: ChainErrorCode.TxDropped, remedy: 'The pool of the node is full; try again later.' }],
];

/** The pool's refusal of an extrinsic under our code; other failures come back as they are. */
export function poolFailure(call: string, error: unknown): unknown {
  const body = rpcErrorOf(error);
  if (!body) return error;
  const details = { call, rpcCode: body.code, rpcMessage: body.message, rpcData: body.data };
  const custom = /custom error:?\s*(\d+)/i.exec(`${body.data} ${body.message}`)?.[1];
  if (custom !== undefined) {
    let name = CUSTOM_ERRORS[Number(custom)];
    if (Number(custom) === 6 && WEIGHT_CALL.test(call)) name = 'SubtensorModule.SettingWeightsTooFast';
    return palletFailure(call, name ?? `Custom error ${custom}`, '', details);
  }
  const text = `${body.message}: ${body.data}`;
  const meaning = POOL_TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? {
    code: ChainErrorCode.TxInvalid,
    remedy: 'The node will not take this extrinsic; see its reason in the log.',
  };
  return chainError(meaning.code, `${call} was refused by the node: ${text}`, {
    remedy: meaning.remedy,
    details,
    cause: error,
  });
}
