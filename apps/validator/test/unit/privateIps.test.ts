import { NETWORKS } from '@bettertherapy/chain';
import { describe, expect, it } from 'vitest';
import { asksPrivateIps } from '../../src/openDuties.js';
import { optionsWith } from './gateway/fixture.js';

const OWN = `0x${'ab'.repeat(32)}`;
const FINNEY = NETWORKS.finney.genesisHash ?? '';
const TEST = NETWORKS.test.genesisHash ?? '';

describe('addresses that are not public are asked', () => {
  it.each([
    ['of a development chain on this machine', [], 'ws://127.0.0.1:9944', OWN, true],
    ['of one on the same network', [], 'ws://10.0.0.5:9944', OWN, true],
    ['not of one on the internet', [], 'wss://chain.example.org:443', OWN, false],
    ['not of the main network, though its node stands on this machine', [], 'ws://127.0.0.1:9944', FINNEY, false],
    ['not of the test network by a node of the same network', [], 'ws://192.168.1.9:9944', TEST, false],
    ['of any chain where the operator says so', ['--neuron.private_ips', 'yes'], 'ws://127.0.0.1:9944', FINNEY, true],
    ['of none where the operator says so', ['--neuron.private_ips', 'no'], 'ws://127.0.0.1:9944', OWN, false],
  ] as const)('%s', (_name, flags, endpoint, genesis, expected) => {
    const options = optionsWith('/nowhere', '--subtensor.chain_endpoint', endpoint, ...flags);
    expect(asksPrivateIps(options, genesis)).toBe(expected);
  });
});
