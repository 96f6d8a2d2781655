import type { Hotkey } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { ChainErrorCode, chainError } from '../errors.js';
import { type AxonInfo, parseAxon } from '../reads/axon.js';
import { formatAxonIp, parseAxonIp } from '../reads/axonAddress.js';
import { item, viewHead } from '../reads/view.js';
import { parse } from '../runtime/index.js';
import { type SubmitOptions, submit, type TxAccess, type TxOutcome } from '../tx/submit.js';

export interface ServeAxonRequest {
  readonly netuid: number;
  readonly ip: string;
  readonly port: number;
  /** major·10⁶ + minor·10³ + patch of the serving software. */
  readonly version?: number | undefined;
  readonly protocol?: number | undefined;
}

/** `unchanged`: the chain has exactly this already, so nothing was sent. */
export type ServeAxonOutcome =
  | { readonly status: 'unchanged'; readonly axon: AxonInfo }
  | ({ readonly status: 'published' } & TxOutcome);

/** What the official clients send. */
const USUAL_PROTOCOL = 4;

/**
 * Publishes where a hotkey serves. Nothing is sent when the chain has the same already, or would refuse it.
 * @throws CodedError CHAIN_AXON_ADDRESS, CHAIN_AXON_PORT, CHAIN_NOT_REGISTERED, CHAIN_SERVING_TOO_SOON
 * (`details.blocksLeft`)
 */
export async function serveAxon(
  access: TxAccess,
  signer: Signer<Hotkey>,
  request: ServeAxonRequest,
  options: SubmitOptions = {},
): Promise<ServeAxonOutcome> {
  const { netuid, port, version = 0, protocol = USUAL_PROTOCOL } = request;
  const { value: ip, ipType } = parseAxonIp(request.ip);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw chainError(ChainErrorCode.AxonPort, `cannot publish port ${port}`, {
      remedy: 'Give a port from 1 to 65535 with --axon.external_port.',
      details: { port },
    });
  }
  const view = await viewHead(access, { signal: options.signal });
  const found = await view.read({
    axon: item('SubtensorModule', 'Axons', netuid, signer.address),
    uid: item('SubtensorModule', 'Uids', netuid, signer.address),
    rateLimit: item('SubtensorModule', 'ServingRateLimit', netuid),
  });
  if (found.uid === null) {
    throw chainError(ChainErrorCode.NotRegistered, `the hotkey is not registered on subnet ${netuid}`, {
      remedy: 'Register the hotkey first: `pnpm bt subnet register`.',
      details: { netuid, hotkey: signer.address },
    });
  }
  const axon = parseAxon(found.axon);
  if (axon) {
    const same =
      axon.ip === formatAxonIp(ip, ipType) &&
      axon.port === port &&
      axon.version === version &&
      axon.protocol === protocol;
    if (same) return { status: 'unchanged', axon };
    const limit = parse.blocksOf(found.rateLimit, 'serving rate limit');
    const blocksLeft = Math.max(0, axon.block + limit - (view.block + 1));
    if (blocksLeft > 0) {
      throw chainError(
        ChainErrorCode.ServingTooSoon,
        `the axon was published at block ${axon.block}; ${blocksLeft} blocks are left of the rate limit`,
        {
          remedy: 'Nothing to do: the miner publishes it when the limit has passed.',
          details: { netuid, blocksLeft, block: axon.block, rateLimit: limit },
        },
      );
    }
  }
  const args = { netuid, version, ip, port, ipType, protocol, placeholder1: 0, placeholder2: 0 };
  const outcome = await submit(access, signer, { pallet: 'SubtensorModule', call: 'serve_axon', args }, options);
  return { status: 'published', ...outcome };
}
