import { DEV_ACCOUNT_NAMES, DEV_BALANCE, devAccount } from '../devAccounts.js';
import { balancesStorage, paymentStorage } from '../pallets/balances.js';
import { timestampStorage } from '../pallets/clock.js';
import { type BeaconConfiguration, drandStorage } from '../pallets/drand.js';
import { S } from '../pallets/subtensor/index.js';
import { NEW_ACCOUNT_FLAGS, systemStorage } from '../pallets/system.js';
import { sudoStorage } from '../pallets/wrappers.js';
import { toHex } from '../scale/index.js';
import type { MutableState } from '../state/index.js';
import { NOBODY } from '../types/index.js';
import { ROOT } from './subtensor/facts.js';
import { initialiseSubnet } from './subtensor/network.js';
import { CODE_KEY, encodeRuntimeCode, FIRST_SPEC_VERSION, SPEC_NAME } from './version.js';

const ROOT_TEMPO = 100;
const ROOT_SEATS = 64;

/**
 * The first state: funded development accounts, //Alice as sudo, the root network and an empty subnet 1 of //Alice.
 * It holds the time it was made, so that no two chains share a genesis hash.
 */
export function writeGenesis(
  state: MutableState,
  facts: { readonly nowMs: number; readonly beacon: BeaconConfiguration },
): void {
  state.set(CODE_KEY, encodeRuntimeCode({ specVersion: FIRST_SPEC_VERSION, callIndexOffset: 0 }));
  systemStorage.LastRuntimeUpgrade.set(state, { spec_version: FIRST_SPEC_VERSION, spec_name: SPEC_NAME });
  timestampStorage.Now.set(state, facts.nowMs);
  for (const name of DEV_ACCOUNT_NAMES) {
    const account = toHex(devAccount(name).publicKey);
    systemStorage.Account.set(state, account, {
      nonce: 0,
      consumers: 0,
      providers: 1,
      sufficients: 0,
      data: { free: DEV_BALANCE, reserved: 0n, frozen: 0n, flags: NEW_ACCOUNT_FLAGS },
    });
  }
  balancesStorage.TotalIssuance.set(state, DEV_BALANCE * BigInt(DEV_ACCOUNT_NAMES.length));
  paymentStorage.NextFeeMultiplier.set(state, 1_000_000_000_000_000_000n);
  const alice = toHex(devAccount('Alice').publicKey);
  sudoStorage.Key.set(state, alice);
  initialiseSubnet(state, ROOT, 0, NOBODY, NOBODY);
  S.Tempo.set(state, ROOT, ROOT_TEMPO);
  S.MaxAllowedUids.set(state, ROOT, ROOT_SEATS);
  S.SubtokenEnabled.set(state, ROOT, true);
  initialiseSubnet(state, 1, 0, alice, alice);
  S.Owner.set(state, alice, alice);
  // Their pools are filled as that of a registered subnet: clients divide by them.
  const pool = S.NetworkMinLockCost.get(state);
  for (const netuid of [ROOT, 1]) {
    S.SubnetTAO.set(state, netuid, pool);
    S.SubnetAlphaIn.set(state, netuid, pool);
  }
  drandStorage.BeaconConfig.set(state, facts.beacon);
}
