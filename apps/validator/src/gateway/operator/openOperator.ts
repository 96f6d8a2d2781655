import type { Clock } from '@bettertherapy/core';
import type { Store } from '@bettertherapy/store';
import { z } from 'zod';
import { VERSION } from '../../options.js';
import type { GatewayParts } from '../parts.js';
import type { OperatorParts } from './parts.js';
import { organicSource, ratingSource } from './ratingSource.js';
import { RefusalLog, recallRefusals } from './refusalLog.js';

const KEPT_REFUSALS = 500;
const MAX_STREAMS = 16;

/** The log of refusals, filled with what the journal still knows. */
export function openRefusals(store: Store, { clock }: { readonly clock: Clock }): RefusalLog {
  const log = new RefusalLog({ size: KEPT_REFUSALS, maxListeners: MAX_STREAMS }, { clock });
  recallRefusals(log, store.operator.refusals(KEPT_REFUSALS));
  return log;
}

const manifestSchema = z.object({ modelName: z.string() });

/** What the operator's pages are made from. */
export function openOperator(parts: GatewayParts): OperatorParts {
  const { options, store, clock, examiner, signer, lastMetagraph, refusals } = parts;
  return {
    options: {
      netuid: options.netuid,
      self: signer.address,
      version: VERSION,
      genesis: store.meta.get('genesis') ?? '',
      startedMs: clock.wallMs(),
      roundIntervalMs: options.neuron.roundInterval * 1000,
    },
    store,
    metagraph: lastMetagraph,
    judge: {
      model: manifestSchema.safeParse(examiner.manifest).data?.modelName ?? 'unknown',
      manifestSha256: examiner.manifestSha256,
      exam: parts.exam,
    },
    refusals,
    twinsOf: parts.twinsOf,
    ratings: ratingSource(parts),
    organic: organicSource(parts),
    clock,
  };
}
