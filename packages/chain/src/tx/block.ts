import { u8aToHex } from '@polkadot/util';
import type { Session } from '../connection/index.js';
import { ChainErrorCode, chainError } from '../errors.js';
import { bytesFrom, type RequestOptions } from '../rpc/index.js';
import type { Runtime } from '../runtime/index.js';
import { type ChainEvent, eventsOf } from './events.js';
import type { SignedExtrinsic } from './sign.js';

/** Where an extrinsic landed, and what it did there. */
export interface Landing {
  readonly blockHash: string;
  readonly blockNumber: number;
  readonly events: readonly ChainEvent[];
}

/** Number of a block and position of the extrinsic in it; null when the block does not hold it. */
export async function findInBlock(
  session: Session,
  blockHash: string,
  signed: SignedExtrinsic,
  at: RequestOptions,
): Promise<{ readonly blockNumber: number; readonly index: number } | null> {
  const block = (await session.request('chain_getBlock', [blockHash], at)) as SignedBlockJson | null;
  const extrinsics = block?.block?.extrinsics;
  const number = block?.block?.header?.number;
  if (!Array.isArray(extrinsics) || typeof number !== 'string') {
    throw chainError(ChainErrorCode.Decode, `the node does not give block ${blockHash}`, {
      remedy: 'It may be pruned already; look at the account in an explorer.',
      details: { blockHash },
    });
  }
  const wanted = u8aToHex(signed.bytes);
  const index = extrinsics.findIndex((hex) => typeof hex === 'string' && hex.toLowerCase() === wanted);
  return index < 0 ? null : { blockNumber: Number.parseInt(number, 16), index };
}

/** Members as JSON-RPC may give them; each is checked before use. */
interface SignedBlockJson {
  readonly block?: { readonly header?: { readonly number?: unknown }; readonly extrinsics?: unknown };
}

/** The landing of an extrinsic that the node says is in `blockHash`; null when it is not. */
export async function readLanding(
  session: Session,
  runtime: Runtime,
  blockHash: string,
  signed: SignedExtrinsic,
  at: RequestOptions,
): Promise<Landing | null> {
  const key = runtime.storage('System', 'Events')?.key([]);
  const [place, events] = await Promise.all([
    findInBlock(session, blockHash, signed, at),
    session.request('state_getStorage', [key, blockHash], at),
  ]);
  if (!place) return null;
  const bytes = events === null ? null : bytesFrom(events, 'events');
  return { blockHash, blockNumber: place.blockNumber, events: eventsOf(runtime, bytes, place.index) };
}
