import type { Hotkey } from '@bettertherapy/core';

/** A miner or validator of the local network, as provisioning left it on chain. */
export interface Participant {
  readonly name: string;
  readonly hotkey: Hotkey;
  readonly personality: string;
}

/** What `network.json` remembers between runs. */
export interface Network {
  readonly genesis: string;
  readonly netuid: number;
  readonly validator: Participant;
  readonly miners: readonly Participant[];
}
