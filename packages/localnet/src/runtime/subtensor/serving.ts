import { S, subtensorCalls, subtensorEvents } from '../../pallets/subtensor/index.js';
import type { Hex } from '../../scale/index.js';
import type { StateView } from '../../state/index.js';
import { type CallContext, type Dispatcher, signedBy } from '../call.js';
import { subtensorFault } from '../faults.js';

interface Endpoint {
  readonly netuid: number;
  readonly ip: bigint;
  readonly port: number;
  readonly ip_type: number;
}

export type ServeRefusal =
  | 'HotKeyNotRegisteredInNetwork'
  | 'InvalidIpType'
  | 'InvalidIpAddress'
  | 'InvalidPort'
  | 'ServingRateLimitExceeded';

const V4_LOOPBACK = 0x7f00_0001n;
const V4_BROADCAST = 0xffff_ffffn;
const V6_TOP = (1n << 128n) - 1n;

function validAddress(ip: bigint, ipType: number): boolean {
  if (ip === 0n) return true;
  return ipType === 4 ? ip !== V4_LOOPBACK && ip < V4_BROADCAST : ip !== 1n && ip < V6_TOP;
}

/** Why an axon may not be served now, or null. The pool asks too, before an extrinsic is let in. */
export function axonRefusal(view: StateView, hotkey: Hex, axon: Endpoint, block: number): ServeRefusal | null {
  if (!S.Uids.has(view, axon.netuid, hotkey)) return 'HotKeyNotRegisteredInNetwork';
  if (axon.ip_type !== 4 && axon.ip_type !== 6) return 'InvalidIpType';
  if (!validAddress(axon.ip, axon.ip_type)) return 'InvalidIpAddress';
  const last = S.Axons.get(view, axon.netuid, hotkey)?.block ?? 0;
  if (last !== 0 && block - last < S.ServingRateLimit.get(view, axon.netuid)) return 'ServingRateLimitExceeded';
  if (axon.port === 0) return 'InvalidPort';
  return null;
}

type AxonArgs = Endpoint & {
  readonly version: number;
  readonly protocol: number;
  readonly placeholder1: number;
  readonly placeholder2: number;
};

function serveAxon(call: CallContext, args: AxonArgs): Hex {
  const hotkey = signedBy(call);
  const refusal = axonRefusal(call.state, hotkey, args, call.block);
  if (refusal !== null) throw subtensorFault(refusal);
  const { version, ip, port, ip_type, protocol, placeholder1, placeholder2 } = args;
  const axon = { block: call.block, version, ip, port, ip_type, protocol, placeholder1, placeholder2 };
  S.Axons.set(call.state, args.netuid, hotkey, axon);
  call.events.emit(subtensorEvents.AxonServed, [args.netuid, hotkey]);
  return hotkey;
}

const MAX_CERTIFICATE_KEY = 64;

export function registerServing(dispatcher: Dispatcher): void {
  dispatcher.on(subtensorCalls.serve_axon, (call, args) => {
    serveAxon(call, args);
  });
  dispatcher.on(subtensorCalls.serve_axon_tls, (call, args) => {
    const hotkey = serveAxon(call, args);
    // The first byte names the algorithm. A certificate that cannot be one is ignored, as on the real chain.
    const [algorithm] = args.certificate;
    if (algorithm === undefined || args.certificate.length > MAX_CERTIFICATE_KEY + 1) return;
    const public_key = args.certificate.slice(1);
    S.NeuronCertificates.set(call.state, args.netuid, hotkey, { public_key, algorithm });
  });
  dispatcher.on(subtensorCalls.serve_prometheus, (call, args) => {
    const hotkey = signedBy(call);
    const { netuid, version, ip, port, ip_type } = args;
    if (ip_type !== 4 && ip_type !== 6) throw subtensorFault('InvalidIpType');
    if (!validAddress(ip, ip_type)) throw subtensorFault('InvalidIpAddress');
    if (!S.Uids.has(call.state, netuid, hotkey)) throw subtensorFault('HotKeyNotRegisteredInNetwork');
    const last = S.Prometheus.get(call.state, netuid, hotkey)?.block ?? 0;
    if (last !== 0 && call.block - last < S.ServingRateLimit.get(call.state, netuid)) {
      throw subtensorFault('ServingRateLimitExceeded');
    }
    S.Prometheus.set(call.state, netuid, hotkey, { block: call.block, version, ip, port, ip_type });
    call.events.emit(subtensorEvents.PrometheusServed, [netuid, hotkey]);
  });
}
