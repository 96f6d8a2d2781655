import { type Plain, parse } from '../runtime/index.js';
import { formatAxonIp } from './axonAddress.js';

/** What a neuron published about its axon. */
export interface AxonInfo {
  /** As published; may be 0.0.0.0 or private, so decide before dialling it. */
  readonly ip: string;
  readonly port: number;
  readonly ipType: 4 | 6;
  /** Version of the serving software: major·10⁶ + minor·10³ + patch. */
  readonly version: number;
  readonly protocol: number;
  /** Block at which it was published. */
  readonly block: number;
}

/** Null for an absent entry, and for one with port 0: nothing is served there. */
export function parseAxon(value: Plain | undefined): AxonInfo | null {
  if (value === null || value === undefined) return null;
  const axon = parse.recordOf(value, 'axon');
  const port = parse.intOf(axon.port, 'axon port');
  if (port === 0) return null;
  const ipType = parse.intOf(axon.ipType, 'axon ip type') === 6 ? 6 : 4;
  return {
    ip: formatAxonIp(parse.bigOf(axon.ip, 'axon ip'), ipType),
    port,
    ipType,
    version: parse.intOf(axon.version, 'axon version'),
    protocol: parse.intOf(axon.protocol, 'axon protocol'),
    block: parse.blocksOf(axon.block, 'axon block'),
  };
}
