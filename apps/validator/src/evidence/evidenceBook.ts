import { type EvidenceFile, hashEvidence, recordWeightInputs, signedText } from '@bettertherapy/evidence';
import { computeWeights } from '@bettertherapy/scoring';
import type { EvidenceSeal, JsonRecord, Round, Store } from '@bettertherapy/store';
import { weightInputs } from '../epoch/decide.js';
import type { EpochOptions } from '../epoch/parts.js';
import type { PayState } from '../epoch/payChain.js';
import { collectEvidence, type EvidenceOrigin } from './collect.js';

export interface BookOptions {
  readonly origin: EvidenceOrigin;
  readonly build: string;
  readonly alpha: number;
  readonly organicShare: number;
  readonly pay: Pick<EpochOptions, 'self' | 'netuid' | 'mecid' | 'power'>;
}

/** Seals rounds' evidence and gives it out: seals are kept, the evidence is made from the journal each time. */
export class EvidenceBook {
  constructor(
    private readonly options: BookOptions,
    private readonly parts: {
      readonly store: Store;
      /** Signs with the validator's hotkey; hex. */
      readonly sign: (text: string) => string;
    },
  ) {}

  /** Seals a closed round. `chain`: a snapshot of now, null when no node could be asked. */
  seal(round: Round, chain: PayState | null, nowMs: number): EvidenceSeal {
    const { store, sign } = this.parts;
    const { build, alpha, organicShare, pay, origin } = this.options;
    const sealed = {
      previous: store.evidence.newest()?.sha256 ?? null,
      build,
      // A round folded by a build that did not keep them was folded with the flags of then, of which these are the best guess.
      settings: { alpha, organicShare, ...round.settings, power: pay.power },
      weights: chain ? this.weights(chain, nowMs) : null,
    };
    const sha256 = hashEvidence(collectEvidence(round, sealed, origin, store));
    const seal = {
      ...sealed,
      roundId: round.id,
      number: round.number,
      sha256,
      signature: sign(signedText(sha256)),
      sealedMs: nowMs,
    };
    store.evidence.seal(seal);
    return seal;
  }

  /** The file of a sealed round; null when there is none. `changed`: its rows are not what was sealed. */
  file(number: number): { readonly file: EvidenceFile; readonly changed: boolean } | null {
    const { store } = this.parts;
    const seal = store.evidence.ofRoundNumber(number);
    const round = seal && store.rounds.byId(seal.roundId);
    if (!seal || !round) return null;
    const evidence = collectEvidence(round, seal, this.options.origin, store);
    const { sha256, signature } = seal;
    const file = { evidence, sha256, signer: this.options.origin.validator, signature };
    return { file, changed: hashEvidence(evidence) !== sha256 };
  }

  private weights(chain: PayState, nowMs: number): JsonRecord {
    const inputs = weightInputs(chain, { options: this.options.pay, store: this.parts.store, nowMs });
    const computed = computeWeights(inputs);
    const result = 'skip' in computed ? null : { uids: computed.uids, values: computed.values };
    // Plain numbers and texts only, so what JSON reads back is a JSON record.
    return JSON.parse(JSON.stringify({ block: chain.block, inputs: recordWeightInputs(inputs), result })) as JsonRecord;
  }
}
