import { once } from 'node:events';
import { silentLogger, systemClock } from '@bettertherapy/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Localnet, startLocalnet } from '../../src/index.js';

let net: Localnet;
let socket: WebSocket;

beforeAll(async () => {
  net = await startLocalnet({ dataDir: null, port: 0, blockMs: 50 }, { clock: systemClock, log: silentLogger });
  socket = new WebSocket(net.url);
  await once(socket, 'open');
});
afterAll(async () => {
  socket.terminate();
  await net.close();
});

/** Sends text and gives the next message that answers something (notifications are passed over). */
function ask(text: string): Promise<Record<string, unknown> | Record<string, unknown>[]> {
  return new Promise((resolve) => {
    const listen = (data: Buffer): void => {
      const message = JSON.parse(data.toString()) as Record<string, unknown>;
      if ('method' in message) return;
      socket.off('message', listen);
      resolve(message);
    };
    socket.on('message', listen);
    socket.send(text);
  });
}
const call = (method: string, params: unknown = []) => ask(JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }));

describe('the JSON-RPC door', () => {
  const broken: readonly (readonly [string, string, number])[] = [
    ['text that is no JSON', '{', -32_700],
    ['a number', '3', -32_600],
    ['an object without version', '{"id":1,"method":"system_name"}', -32_600],
    ['an empty batch', '[]', -32_600],
    ['a method that is not there', '{"jsonrpc":"2.0","id":1,"method":"x","params":[]}', -32_601],
    ['params by name', '{"jsonrpc":"2.0","id":1,"method":"system_name","params":{}}', -32_602],
    ['a key that is no hex', '{"jsonrpc":"2.0","id":1,"method":"state_getStorage","params":["zz"]}', -32_602],
    ['no key at all', '{"jsonrpc":"2.0","id":1,"method":"state_getStorage"}', -32_602],
    [
      'a block that is not there',
      `{"jsonrpc":"2.0","id":1,"method":"state_getStorage","params":["0x00","0x${'1'.repeat(64)}"]}`,
      -32_000,
    ],
    [
      'a runtime API that is not there',
      '{"jsonrpc":"2.0","id":1,"method":"state_call","params":["X_y","0x"]}',
      -32_000,
    ],
    [
      'arguments that do not decode',
      '{"jsonrpc":"2.0","id":1,"method":"state_call","params":["SubnetInfoRuntimeApi_get_metagraph","0x"]}',
      -32_000,
    ],
    ['a page of too many keys', '{"jsonrpc":"2.0","id":1,"method":"state_getKeysPaged","params":["0x",5000]}', -32_602],
  ];
  it.each(broken)('answers %s with an error and goes on', async (_, text, code) => {
    expect(await ask(text)).toMatchObject({ error: { code } });
    expect(await call('system_chainType')).toMatchObject({ id: 7, result: 'Development' });
  });

  it('answers a batch one by one', async () => {
    const answers = await ask(
      '[{"jsonrpc":"2.0","id":1,"method":"system_name","params":[]},{"jsonrpc":"2.0","id":2,"method":"x"}]',
    );
    expect(answers).toMatchObject([
      { id: 1, result: 'BetterTherapy localnet' },
      { id: 2, error: { code: -32_601 } },
    ]);
  });

  it('lists exactly the methods it answers', async () => {
    const { result } = (await call('rpc_methods')) as unknown as { result: { methods: string[] } };
    expect(result.methods).toContain('chain_getFinalizedHead');
    expect(result.methods).toContain('rpc_methods');
    for (const method of result.methods) {
      const answer = await call(method, []);
      expect((answer as { error?: { code: number } }).error?.code, method).not.toBe(-32_601);
    }
  });

  /** `Sudo.Key`: it has a value on every chain, and the same at every block. */
  const key = '0x5c0d1176a568c1f92944340dbfed9e9c530ebca703c85910e7164cb7d1c9e47b';
  it.each([
    ['chain_getHead', 'chain_getBlockHash', [0]],
    ['state_getStorageAt', 'state_getStorage', [key]],
    ['state_getStorageSizeAt', 'state_getStorageSize', [key]],
    ['state_getKeysPagedAt', 'state_getKeysPaged', [key, 10]],
    ['state_callAt', 'state_call', ['SubnetInfoRuntimeApi_get_subnet_state', '0x0100']],
    ['chain_getRuntimeVersion', 'state_getRuntimeVersion', []],
  ])('answers %s as %s, with hex that lacks its 0x too', async (alias, method, params) => {
    const bare = params.map((param) => (typeof param === 'string' ? param.replace(/^0x/, '') : param));
    const expected = (await call(method, params)) as { result: unknown };
    expect(expected.result).toBeTruthy();
    expect(await call(alias, bare)).toMatchObject({ result: expected.result });
  });

  it('answers every method with arbitrary parameters without breaking', async () => {
    const { result } = (await call('rpc_methods')) as unknown as { result: { methods: string[] } };
    const hex = fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
    const param = fc.oneof(fc.jsonValue(), hex, fc.array(hex, { maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...result.methods),
        fc.array(param, { maxLength: 4 }),
        async (method, params) => {
          const answer = (await call(method, params)) as { error?: { code: number } };
          expect(answer.error?.code, method).not.toBe(-32_603);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends a connection whose message is larger than the limit, and serves the others', async () => {
    const other = new WebSocket(net.url);
    await once(other, 'open');
    other.on('error', () => undefined);
    const closed = once(other, 'close');
    other.send('x'.repeat(9 * 1024 * 1024));
    expect((await closed)[0]).toBe(1009);
    expect(await call('system_chainType')).toMatchObject({ result: 'Development' });
  });

  it('limits the subscriptions of a connection', async () => {
    const other = new WebSocket(net.url);
    await once(other, 'open');
    const answers: { error?: { code: number } }[] = [];
    other.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { method?: string; error?: { code: number } };
      if (message.method === undefined) answers.push(message);
    });
    for (let id = 0; id < 1025; id++) {
      other.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'state_subscribeStorage', params: [[]] }));
    }
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(1025);
    expect(answers.at(-1)?.error?.code).toBe(-32_006);
    expect(answers.at(-2)?.error).toBeUndefined();
    other.terminate();
  });

  it('is bound to the loopback address unless told otherwise', () => {
    expect(net.url).toBe(`ws://127.0.0.1:${net.port}`);
  });
});

describe('startLocalnet', () => {
  const start = (options: Record<string, unknown>): Promise<Localnet> =>
    startLocalnet({ dataDir: null, port: 0, ...options }, { clock: systemClock, log: silentLogger });

  it.each([{ blockMs: 1 }, { blockMs: 1.5 }, { port: -1 }, { historyBlocks: 1 }, { beaconPeriodSeconds: 0 }])(
    'refuses %o',
    async (options) => {
      await expect(start(options)).rejects.toMatchObject({ code: 'LOCALNET_BAD_OPTION' });
    },
  );

  it('says when the port is taken', async () => {
    await expect(start({ port: net.port })).rejects.toMatchObject({ code: 'LOCALNET_PORT_UNAVAILABLE' });
  });
});
