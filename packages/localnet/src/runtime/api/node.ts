import { METADATA_VERSIONS } from '../../metadata/build.js';
import { auraApi, coreApi, metadataApi, nonceApi, paymentApi } from '../../pallets/apis.js';
import { systemStorage } from '../../pallets/system.js';
import { decodeExtrinsic } from '../extrinsic.js';
import { dispatchInfo, feeOf, feeParts } from '../fees.js';
import type { ApiTable } from './table.js';

/** APIs about the runtime itself. */
export function registerNodeApis(table: ApiTable, facts: { readonly blockMs: number }): void {
  table.on(coreApi, 'version', ({ runtime }) => runtime.version);
  table.on(metadataApi, 'metadata', ({ runtime }) => runtime.metadataOf(14));
  table.on(metadataApi, 'metadata_versions', () => [...METADATA_VERSIONS]);
  table.on(metadataApi, 'metadata_at_version', ({ runtime }, { version }) => {
    const known = METADATA_VERSIONS.find((candidate) => candidate === version);
    return known === undefined ? null : runtime.metadataOf(known);
  });
  table.on(auraApi, 'slot_duration', () => BigInt(facts.blockMs));
  table.on(nonceApi, 'account_nonce', ({ view }, { account }) => systemStorage.Account.get(view, account).nonce);
  table.on(paymentApi, 'query_info', ({ runtime }, { uxt, len }) => {
    const { call } = decodeExtrinsic(uxt, runtime);
    const { weight, class: dispatchClass } = dispatchInfo(call);
    return { weight, class: dispatchClass, partial_fee: feeOf(call, len) };
  });
  table.on(paymentApi, 'query_fee_details', ({ runtime }, { uxt, len }) => {
    const { call } = decodeExtrinsic(uxt, runtime);
    const free = feeOf(call, len) === 0n;
    const inclusion_fee = {
      base_fee: feeParts.base,
      len_fee: feeParts.perByte * BigInt(len),
      adjusted_weight_fee: 0n,
    };
    return { inclusion_fee: free ? null : inclusion_fee, tip: 0n };
  });
}
