import { chainPay } from './chainPay.js';
import { CommitEvidence } from './duties/commitEvidence.js';
import type { Duty } from './duties/duty.js';
import { SealEvidence } from './duties/sealEvidence.js';
import { EvidenceBook } from './evidence/evidenceBook.js';
import { type DutyParts, payPower } from './openDuties.js';
import { type ValidatorOptions, VERSION } from './options.js';
import { component } from './telemetry.js';

const SEAL_EVERY_MS = 2_000;
const SLOWEST_COMMIT_MS = 60_000;

/** The book of evidence, and the duties that seal it and put its hash on chain. */
export function openEvidenceBook(
  options: ValidatorOptions,
  parts: Pick<DutyParts, 'telemetry' | 'chain' | 'store' | 'signer'>,
): { readonly book: EvidenceBook; readonly duties: readonly Duty[] } {
  const { telemetry, chain, store, signer } = parts;
  const { clock } = telemetry;
  const log = component(telemetry.log, 'evidence');
  const { netuid, mecid, neuron } = options;
  const self = signer.address;
  const book = new EvidenceBook(
    {
      origin: { genesis: chain.genesisHash, netuid, mecid, validator: self },
      build: VERSION,
      alpha: neuron.alpha,
      organicShare: neuron.organicShare,
      pay: { self, netuid, mecid, power: payPower(options) },
    },
    { store, sign: (text) => Buffer.from(signer.sign(new TextEncoder().encode(text))).toString('hex') },
  );
  const pay = chainPay({ netuid, mecid }, { chain, signer });
  const seal = new SealEvidence(
    { everyMs: SEAL_EVERY_MS },
    { store, book, chain: (signal) => pay.state(signal), clock, log },
  );
  const commit = new CommitEvidence(
    { everyMs: Math.min(SLOWEST_COMMIT_MS, 5 * chain.health().blockTimeMs) },
    {
      store,
      chain: {
        epoch: async (signal) => (await pay.state(signal)).epochIndex,
        current: async (signal) => (await chain.commitmentOf({ netuid, hotkey: self }, { signal }))?.text ?? null,
        commit: async (text, signal) => {
          await chain.setCommitment(signer, { netuid, text }, { signal });
        },
      },
      clock,
      log,
    },
  );
  return { book, duties: [seal, commit] };
}
