import { silentLogger, systemClock } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types';
import { type Localnet, type LocalnetOptions, startLocalnet } from '../../src/index.js';

const EMPTY = { extrinsic: {}, payload: {} };

/** A chain with short blocks, and what connects to it. */
export class RunningChain {
  private constructor(
    readonly net: Localnet,
    readonly api: ApiPromise,
  ) {}

  static async start(options: Partial<LocalnetOptions> = {}): Promise<RunningChain> {
    const net = await startLocalnet(
      { dataDir: null, port: 0, blockMs: 50, ...options },
      { clock: systemClock, log: silentLogger },
    );
    return new RunningChain(net, await connect(net.url));
  }

  async close(): Promise<void> {
    await this.api.disconnect();
    await this.net.close();
  }
}

export function connect(url: string): Promise<ApiPromise> {
  return ApiPromise.create({
    // The library's own types disagree about an optional member under exactOptionalPropertyTypes.
    provider: new WsProvider(url) as NonNullable<ApiOptions['provider']>,
    throwOnConnect: true,
    noInitWarn: true,
    signedExtensions: {
      SudoTransactionExtension: EMPTY,
      CheckShieldedTxValidity: EMPTY,
      SubtensorTransactionExtension: EMPTY,
      DrandPriority: EMPTY,
    },
  });
}

export interface Outcome {
  readonly blockHash: string;
  /** `section.method`, in order. */
  readonly events: readonly string[];
  /** The name of the module error or the kind of the dispatch error, if the call failed. */
  readonly error: string | null;
}

export type Tx = SubmittableExtrinsic<'promise'>;

/** Signs with one of our signers, as the keyring of the library would. */
export function signed(signer: Signer): {
  address: string;
  signer: { signRaw: (raw: { data: string }) => Promise<{ id: number; signature: `0x${string}` }> };
} {
  return {
    address: signer.address,
    signer: {
      signRaw: async ({ data }) => {
        const signature = signer.sign(new Uint8Array(Buffer.from(data.slice(2), 'hex')));
        return { id: 1, signature: `0x01${Buffer.from(signature).toString('hex')}` };
      },
    },
  };
}

/** Submits and waits until the extrinsic is in a finalized block. Rejects when the pool refuses it. */
export function send(api: ApiPromise, tx: Tx, signer: Signer, options: Record<string, unknown> = {}): Promise<Outcome> {
  const { address, signer: raw } = signed(signer);
  return new Promise((resolve, reject) => {
    tx.signAndSend(address, { nonce: -1, signer: raw, ...options }, ({ status, events, dispatchError, isError }) => {
      if (isError) reject(new Error(status.type));
      if (!status.isFinalized) return;
      const error = !dispatchError
        ? null
        : dispatchError.isModule
          ? api.registry.findMetaError(dispatchError.asModule).name
          : dispatchError.type;
      resolve({
        blockHash: status.asFinalized.toHex(),
        events: events.map(({ event }) => `${event.section}.${event.method}`),
        error,
      });
    }).catch(reject);
  });
}
