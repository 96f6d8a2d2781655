import { ChainErrorCode, chainError } from '../errors.js';

/** Mechanism 0 of a subnet is the subnet's own index; the others follow in steps of this. */
const MECHANISM_STRIDE = 4096;
const MAX_MECHANISMS = 16;

/** The storage index of a subnet's mechanism: `mecid · 4096 + netuid`. @throws CodedError CHAIN_BAD_PARAMETER */
export function mechanismIndex(netuid: number, mecid = 0): number {
  const fits =
    Number.isInteger(netuid) &&
    netuid >= 0 &&
    netuid <= 0xffff &&
    Number.isInteger(mecid) &&
    mecid >= 0 &&
    mecid < MAX_MECHANISMS;
  if (!fits || (mecid > 0 && netuid >= MECHANISM_STRIDE)) {
    throw chainError(ChainErrorCode.BadParameter, `there is no mechanism ${mecid} of netuid ${netuid}`, {
      remedy: 'Check --netuid.',
      details: { netuid, mecid },
    });
  }
  return mecid * MECHANISM_STRIDE + netuid;
}
