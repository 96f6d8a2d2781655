import type { ArgsOf, CallDecl } from '../declare/pallet.js';
import type { RuntimeCall } from '../declare/runtimeCall.js';
import { drandStorage } from '../pallets/drand.js';
import { subtensorCalls as calls, S } from '../pallets/subtensor/index.js';
import { systemStorage } from '../pallets/system.js';
import { fromHex, type Hex } from '../scale/index.js';
import type { StateView } from '../state/index.js';
import { canWithdraw } from './balances.js';
import { type Extrinsic, eraBirth, type SignedPart, signedPayload } from './extrinsic.js';
import { feeOf } from './fees.js';
import { weightsHash } from './subtensor/commits.js';
import { epochAt, mechanismIndex, meetsStakeThreshold } from './subtensor/facts.js';
import { mayRegisterNetwork } from './subtensor/network.js';
import { axonRefusal, type ServeRefusal } from './subtensor/serving.js';
import { type Runtime, TRANSACTION_VERSION } from './version.js';

/** Why an extrinsic is not let in. `custom` is the chain's own number for it. */
export type Invalid =
  | { readonly kind: 'bad-proof' | 'stale' | 'ancient-birth-block' | 'payment' | 'bad-signer' | 'call' }
  | { readonly kind: 'custom'; readonly code: number };

/** The words of a real node. */
export function describeInvalid(invalid: Invalid): string {
  switch (invalid.kind) {
    case 'bad-proof':
      return 'Transaction has a bad signature';
    case 'stale':
      return 'Transaction is outdated';
    case 'ancient-birth-block':
      return 'Transaction has an ancient birth block';
    case 'payment':
      return 'Inability to pay some fees (e.g. account balance too low)';
    case 'bad-signer':
      return 'Invalid signing address';
    case 'call':
      return 'Transaction call is not expected';
    case 'custom':
      return `Custom error: ${invalid.code}`;
  }
}

/** What the check needs to know beyond the state. */
export interface ValidationFacts {
  readonly view: StateView;
  readonly runtime: Runtime;
  /** The block the extrinsic would be in. */
  readonly block: number;
  readonly genesis: Hex;
  /** Hash of a recent block, or null. */
  readonly blockHash: (block: number) => Hex | null;
  readonly verify: (message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array) => boolean;
}

const CUSTOM = {
  StakeAmountTooLow: 1,
  RateLimitExceeded: 6,
  HotKeyNotRegisteredInNetwork: 10,
  InvalidIpAddress: 11,
  ServingRateLimitExceeded: 12,
  InvalidPort: 13,
  InvalidRevealRound: 15,
  CommitNotFound: 16,
  CommitBlockNotInRevealRange: 17,
  InputLengthsUnequal: 18,
} as const;

const SERVE_CODES: Readonly<Record<ServeRefusal, number>> = {
  HotKeyNotRegisteredInNetwork: CUSTOM.HotKeyNotRegisteredInNetwork,
  InvalidIpType: CUSTOM.InvalidIpAddress,
  InvalidIpAddress: CUSTOM.InvalidIpAddress,
  ServingRateLimitExceeded: CUSTOM.ServingRateLimitExceeded,
  InvalidPort: CUSTOM.InvalidPort,
};

/** Signature, era and fee; everything but the nonce and the chain's own rules. Checked once, when it comes in. */
export function checkSignature(extrinsic: Extrinsic, facts: ValidationFacts): Invalid | null {
  const { signed } = extrinsic;
  if (signed === null) return { kind: 'call' };
  const birth = signed.era.kind === 'immortal' ? facts.genesis : facts.blockHash(eraBirth(signed.era, facts.block));
  if (birth === null) return { kind: 'ancient-birth-block' };
  if (signed.signature.kind !== 'Sr25519') return { kind: 'bad-proof' };
  const payload = signedPayload(
    { callBytes: extrinsic.callBytes, extra: signed.extra },
    {
      specVersion: facts.runtime.code.specVersion,
      transactionVersion: TRANSACTION_VERSION,
      genesis: fromHex(facts.genesis),
      birthBlock: fromHex(birth),
    },
  );
  return facts.verify(payload, signed.signature.value, fromHex(signed.account)) ? null : { kind: 'bad-proof' };
}

/** What can change from block to block: the era, the fee, and the chain's own rules for the call. */
export function checkNow(extrinsic: Extrinsic, signed: SignedPart, facts: ValidationFacts): Invalid | null {
  const nonce = systemStorage.Account.get(facts.view, signed.account).nonce;
  if (signed.nonce < nonce) return { kind: 'stale' };
  const fee = feeOf(extrinsic.call, extrinsic.encoded.length) + signed.tip;
  if (fee > 0n && !canWithdraw(facts.view, signed.account, fee)) return { kind: 'payment' };
  const code = customRefusal(extrinsic.call, signed.account, facts);
  return code === null ? null : { kind: 'custom', code };
}

function argsOf<D extends CallDecl>(call: RuntimeCall, decl: D): ArgsOf<D> | null {
  // Arguments were decoded by the declaration they are compared with.
  return call.decl === decl ? (call.args as ArgsOf<D>) : null;
}

/** Rules that the real chain also applies before a call is let into a block. */
function customRefusal(call: RuntimeCall, who: Hex, facts: ValidationFacts): number | null {
  const { view, block } = facts;
  const axon = argsOf(call, calls.serve_axon) ?? argsOf(call, calls.serve_axon_tls);
  if (axon !== null) {
    const refusal = axonRefusal(view, who, axon, block);
    return refusal === null ? null : SERVE_CODES[refusal];
  }
  if (call.decl === calls.register_network || call.decl === calls.register_network_with_identity) {
    return mayRegisterNetwork(view, block) ? null : CUSTOM.RateLimitExceeded;
  }
  if (call.decl === calls.commit_timelocked_weights || call.decl === calls.commit_timelocked_mechanism_weights) {
    const args = argsOf(call, calls.commit_timelocked_weights);
    if (args !== null && args.reveal_round < drandStorage.LastStoredRound.get(view)) return CUSTOM.InvalidRevealRound;
  }
  const reveal = argsOf(call, calls.reveal_weights);
  if (reveal !== null) {
    const refusal = revealRefusal(reveal, who, facts);
    if (refusal !== null) return refusal;
  }
  if (!WEIGHT_CALLS.has(call.decl)) return null;
  const netuid = call.args.netuid;
  return typeof netuid !== 'number' || meetsStakeThreshold(view, who, netuid) ? null : CUSTOM.StakeAmountTooLow;
}

const WEIGHT_CALLS: ReadonlySet<CallDecl> = new Set<CallDecl>([
  calls.set_weights,
  calls.set_mechanism_weights,
  calls.commit_weights,
  calls.commit_mechanism_weights,
  calls.reveal_weights,
  calls.reveal_mechanism_weights,
  calls.commit_timelocked_weights,
  calls.commit_timelocked_mechanism_weights,
  calls.commit_crv3_mechanism_weights,
]);

function revealRefusal(args: ArgsOf<typeof calls.reveal_weights>, who: Hex, facts: ValidationFacts): number | null {
  const { netuid, uids, values, salt, version_key } = args;
  const mi = mechanismIndex(netuid, 0);
  const hash = weightsHash(who, mi, { netuid, mecid: 0, uids, values, versionKey: version_key }, salt);
  const commit = (S.WeightCommits.get(facts.view, mi, who) ?? []).find(([committed]) => committed === hash);
  if (commit === undefined) return CUSTOM.CommitNotFound;
  const opens = commit[1] + S.RevealPeriodEpochs.get(facts.view, netuid);
  return epochAt(facts.view, netuid, facts.block) === opens ? null : CUSTOM.CommitBlockNotInRevealRange;
}
