import { describe, expect, it } from 'vitest';
import { resolveEndpoint, safeUrl } from '../../src/networks.js';

describe('resolveEndpoint', () => {
  it.each([
    ['finney', 'finney', 102, ['wss://entrypoint-finney.opentensor.ai:443']],
    ['test', 'test', 354, ['wss://test.finney.opentensor.ai:443']],
    ['archive', 'archive', 102, ['wss://archive.chain.opentensor.ai:443']],
    ['local', 'local', null, ['ws://127.0.0.1:9944']],
    ['ws://10.0.0.1:9955', 'ws://10.0.0.1:9955', null, ['ws://10.0.0.1:9955']],
    ['wss://test.finney.opentensor.ai:443', 'test', 354, ['wss://test.finney.opentensor.ai:443']],
  ])('knows %s', (text, network, netuid, urls) => {
    expect(resolveEndpoint(text)).toMatchObject({ network, defaultNetuid: netuid, urls });
  });

  it('takes several endpoints of one chain as failover order, without repeats', () => {
    expect(resolveEndpoint('ws://127.0.0.1:1, finney,ws://127.0.0.1:1,archive')).toMatchObject({
      network: 'finney',
      urls: ['ws://127.0.0.1:1', 'wss://entrypoint-finney.opentensor.ai:443', 'wss://archive.chain.opentensor.ai:443'],
    });
  });

  it.each(['', ' , ', 'mainnet', 'http://127.0.0.1:9944', 'finney,test', '__proto__', 'constructor'])(
    'refuses %j with a code',
    (text) => {
      expect(() => resolveEndpoint(text)).toThrow(expect.objectContaining({ code: 'CHAIN_BAD_ENDPOINT' }));
    },
  );
});

describe('safeUrl', () => {
  it('shows no user, password or query', () => {
    expect(safeUrl('wss://me:secret@node.example:8443/path?key=abc')).toBe('wss://node.example:8443/path');
    expect(safeUrl('no url')).toBe('(not a URL)');
  });
});
