import { ChainClient, resolveEndpoint } from '@bettertherapy/chain';
import { chainAddress } from '@bettertherapy/config';
import {
  CodedError,
  describeError,
  type Hotkey,
  hasCode,
  type Logger,
  systemClock,
  withDeadline,
} from '@bettertherapy/core';
import { formatTao } from '../../commands/amount.js';
import { chainCommand, subnetCommand, walletCommand } from '../commands.js';
import { type Finding, line } from '../finding.js';
import type { Settings } from '../settings.js';

const CONNECT_DEADLINE_MS = 15_000;
const READS = 5;
const SLOW_MS = 1_000;
/** A block reaches a node within a few seconds of the time it states. */
const BLOCK_ON_ITS_WAY_MS = 8_000;
/** v10 takes requests up to 10 s from the future, btauth/1 up to 2 s. */
const AHEAD_ALLOWED_MS = 2_000;

export interface ChainFindings {
  readonly findings: readonly Finding[];
  readonly genesis: string | null;
  readonly published: { readonly ip: string; readonly port: number } | null;
}

/** Everything that only the chain knows: latency, clock, subnet, registration, stake, permit. */
export async function checkChain(
  settings: Settings,
  hotkey: Hotkey | null,
  { log, note }: { readonly log: Logger; readonly note: (text: string) => void },
  signal: AbortSignal,
): Promise<ChainFindings> {
  const about = line('chain', 'Chain');
  const startedMs = systemClock.monotonicMs();
  let chain: ChainClient;
  try {
    const { urls, genesisHash } = resolveEndpoint(chainAddress(settings.subtensor));
    const parts = { clock: systemClock, log, metrics: null };
    chain = await withDeadline(
      { what: 'a connection to the chain', ms: CONNECT_DEADLINE_MS, signal, clock: systemClock },
      (stop) => ChainClient.open({ endpoints: urls, genesisHash, connectDeadlineMs: CONNECT_DEADLINE_MS }, parts, stop),
    );
  } catch (error) {
    signal.throwIfAborted();
    const fix =
      hasCode(error, 'CHAIN_WRONG_GENESIS') || hasCode(error, 'CHAIN_BAD_ENDPOINT')
        ? error instanceof CodedError
          ? error.remedy
          : ''
        : 'Start or name another node: --subtensor.chain_endpoint wss://…';
    const text = `${describeError(error)}; clock, registration and stake were not looked at`;
    return { findings: [about.fail(text, fix)], genesis: null, published: null };
  }
  try {
    const findings = [await latencyFinding(chain, systemClock.monotonicMs() - startedMs)];
    note('waiting for a block …\n');
    findings.push(await clockFinding(chain, signal));
    const { exists, neurons, maxNeurons } = await chain.subnet(settings.netuid);
    const subnet = line('subnet', 'Subnet');
    if (!exists) {
      const fix = chainCommand('subnet list', settings);
      return {
        findings: [...findings, subnet.fail(`there is no subnet ${settings.netuid} on this chain`, fix)],
        genesis: chain.genesisHash,
        published: null,
      };
    }
    findings.push(subnet.ok(`${settings.netuid}, ${neurons} of ${maxNeurons} places taken`));
    if (hotkey === null) return { findings, genesis: chain.genesisHash, published: null };
    findings.push(...(await standingFindings(chain, settings, hotkey)));
    const axon = await chain.axonOf(settings.netuid, hotkey);
    const published = axon === null || axon.ip === '0.0.0.0' ? null : { ip: axon.ip, port: axon.port };
    return { findings, genesis: chain.genesisHash, published };
  } finally {
    await chain.close();
  }
}

async function latencyFinding(chain: ChainClient, connectMs: number): Promise<Finding> {
  const about = line('chain', 'Chain');
  const times: number[] = [];
  for (let at = 0; at < READS; at += 1) {
    const beganMs = systemClock.monotonicMs();
    await chain.blockTimestamp();
    times.push(systemClock.monotonicMs() - beganMs);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(READS / 2)] ?? 0;
  const text = `${chain.health().endpoint}, runtime ${chain.specVersion()}, ${Math.round(median)} ms a read, ${Math.round(connectMs)} ms to connect`;
  return median <= SLOW_MS
    ? about.ok(text)
    : about.warn(text, 'A node nearby, or your own: --subtensor.chain_endpoint ws://…');
}

/** The time that the next block states, against ours when it comes. */
async function clockFinding(chain: ChainClient, signal: AbortSignal): Promise<Finding> {
  const about = line('clock', 'Clock');
  const { lastBlock, blockTimeMs } = chain.health();
  const waitMs = Math.max(15_000, 3 * blockTimeMs);
  let arrivedMs = 0;
  let block = 0;
  try {
    block = await chain.waitForBlock(lastBlock + 1, signal, waitMs);
    arrivedMs = systemClock.wallMs();
  } catch (error) {
    signal.throwIfAborted();
    const text = `the chain made no block in ${Math.round(waitMs / 1000)} s (${describeError(error)}), so there is nothing to compare with`;
    return about.warn(text, 'Another node: --subtensor.chain_endpoint wss://…');
  }
  return skewFinding(arrivedMs - (await chain.blockTimestamp(block)));
}

/** `lagMs`: our time when a block came, less the time it states. */
export function skewFinding(lagMs: number): Finding {
  const about = line('clock', 'Clock');
  if (lagMs >= -AHEAD_ALLOWED_MS && lagMs <= BLOCK_ON_ITS_WAY_MS) {
    return about.ok(`agrees with the chain (a new block is ${(lagMs / 1000).toFixed(1)} s old here)`);
  }
  const seconds = Math.round(Math.abs(lagMs) / 1000);
  return about.fail(
    `${seconds} s ${lagMs < 0 ? 'behind' : 'ahead of'} the chain: signatures will be refused`,
    'sudo timedatectl set-ntp true',
  );
}

async function standingFindings(chain: ChainClient, settings: Settings, hotkey: Hotkey): Promise<Finding[]> {
  const { netuid, as } = settings;
  const registration = line('registration', 'Registration');
  const { uid, permit } = await chain.standing(netuid, hotkey);
  if (uid === null) {
    const price = formatTao(await chain.registrationCost(netuid));
    const text = `${hotkey} is not registered on subnet ${netuid}; it costs ${price} TAO now`;
    return [registration.fail(text, walletCommand('subnet register', settings))];
  }
  const registered = registration.ok(`uid ${uid} of subnet ${netuid}`);
  if (as === 'miner') return [registered];
  const { neurons } = await chain.metagraph(netuid);
  const weight = neurons.find((neuron) => neuron.uid === uid)?.totalStake ?? 0n;
  return [registered, ...stakeFindings(settings, { weight, permit, threshold: await stakeThreshold(chain) })];
}

function stakeFindings(
  settings: Settings,
  { weight, permit, threshold }: { readonly weight: bigint; readonly permit: boolean; readonly threshold: bigint },
): Finding[] {
  const stake = line('stake', 'Stake');
  const right = line('permit', 'Validator permit');
  const add = `${walletCommand('stake add', settings)} --amount TAO`;
  if (weight === 0n) return [stake.fail('none, so its weights count for nothing', add)];
  const have = `${formatTao(weight)} in stake weight`;
  if (weight < threshold) return [stake.fail(`${have}; the chain asks for ${formatTao(threshold)}`, add)];
  if (permit) return [stake.ok(have), right.ok('yes')];
  const wait = subnetCommand('subnet metagraph --next_epoch', settings);
  const text = 'none: the epoch that counts the stake has not come yet, or others have more';
  return [stake.ok(have), right.fail(text, `${wait} (when it is still none: ${add})`)];
}

/** Least stake weight of a validator on the whole chain, rao. */
async function stakeThreshold(chain: ChainClient): Promise<bigint> {
  const found = await chain.storage('SubtensorModule', 'StakeThreshold');
  return typeof found === 'bigint' || typeof found === 'number' || typeof found === 'string' ? BigInt(found) : 0n;
}
