import { eventually } from '@bettertherapy/testkit';
import { ready } from '@bettertherapy/wallet';
import { WsProvider } from '@polkadot/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccounts } from '../../src/index.js';
import { RunningChain, send, signed, type Tx } from '../support/client.js';

let chain: RunningChain;
let keys: ReturnType<typeof devAccounts>;

beforeAll(async () => {
  await ready();
  keys = devAccounts();
  chain = await RunningChain.start({ blockMs: 100 });
});
afterAll(() => chain.close());

const remark = (text: string): Tx => {
  const found = chain.api.tx.system?.remark;
  if (found === undefined) throw new Error('no remark');
  return found(text);
};
const sign = (tx: Tx, options: Record<string, unknown>) => {
  const { address, signer } = signed(keys.Dave);
  return tx.signAsync(address, { signer, ...options });
};
const nonceOf = async (): Promise<number> =>
  (await chain.api.rpc.system.accountNextIndex(keys.Dave.address)).toNumber();
const submit = (tx: Tx): Promise<unknown> => chain.api.rpc.author.submitExtrinsic(tx);

describe('the transaction pool', () => {
  it('refuses a used nonce as outdated', async () => {
    await send(chain.api, remark('one'), keys.Dave);
    const stale = await sign(remark('two'), { nonce: 0 });
    await expect(submit(stale)).rejects.toThrow(/1010.*Transaction is outdated/);
  });

  it('keeps a future nonce until the gap is filled, then runs both in order', async () => {
    const nonce = await nonceOf();
    const statuses: string[] = [];
    const later = await sign(remark('later'), { nonce: nonce + 1 });
    await later.send(({ status }) => {
      statuses.push(status.type);
    });
    await eventually('the future status', async () => statuses.includes('Future'));
    await submit(await sign(remark('sooner'), { nonce }));
    await eventually('both to be in', async () => statuses.includes('Finalized'));
    expect(await nonceOf()).toBe(nonce + 2);
  });

  it('refuses the same extrinsic twice, and another with the same nonce unless it tips more', async () => {
    const nonce = (await nonceOf()) + 5;
    const first = await sign(remark('a'), { nonce });
    await submit(first);
    await expect(submit(first)).rejects.toThrow(/1013/);
    await expect(sign(remark('b'), { nonce }).then(submit)).rejects.toThrow(/1014/);
    await expect(sign(remark('c'), { nonce, tip: 5 }).then(submit)).resolves.toBeDefined();
  });

  it('refuses a signature over anything else', async () => {
    const nonce = await nonceOf();
    const good = { nonce, era: 0, blockHash: chain.api.genesisHash, genesisHash: chain.api.genesisHash };
    const other = chain.api.createType('Hash', new Uint8Array(32).fill(1));
    const bad: readonly (readonly [string, Record<string, unknown>])[] = [
      ['another genesis', { genesisHash: other, blockHash: other }],
      ['another specVersion', { specVersion: 1 }],
      ['another transactionVersion', { transactionVersion: 9 }],
      ['another nonce', { nonce: nonce + 1 }],
      ['another call', { method: remark('another').method.toHex() }],
    ];
    for (const [what, change] of bad) {
      const tx = remark(what);
      const { specVersion, transactionVersion } = chain.api.runtimeVersion;
      const asked = { ...good, specVersion, transactionVersion, tip: 0, method: tx.method.toHex() };
      const payload = chain.api.createType('ExtrinsicPayload', { ...asked, ...change }, { version: 4 });
      const signature = keys.Dave.sign(payload.toU8a({ method: true }));
      const sent = {
        ...asked,
        address: keys.Dave.address,
        version: 4,
        signedExtensions: chain.api.registry.signedExtensions,
      };
      tx.addSignature(
        keys.Dave.address,
        `0x01${Buffer.from(signature).toString('hex')}`,
        chain.api.createType('SignerPayload', sent).toPayload(),
      );
      await expect(submit(tx), what).rejects.toThrow(/1010.*bad signature/);
    }
    const { address } = signed(keys.Eve);
    const forged = await remark('forged').signAsync(address, { signer: signed(keys.Dave).signer, nonce: 0 });
    await expect(submit(forged)).rejects.toThrow(/1010.*bad signature/);
  });

  it('refuses an era that was born on a block it does not know', async () => {
    const nonce = await nonceOf();
    const blockHash = chain.api.createType('Hash', new Uint8Array(32).fill(9));
    const era = chain.api.createType('ExtrinsicEra', { current: 1_000_000, period: 64 });
    const tx = await sign(remark('x'), { nonce, era, blockHash });
    await expect(submit(tx)).rejects.toThrow(/1010/);
  });

  it('refuses what the sender cannot pay for', async () => {
    const { signerFromSeed } = await import('@bettertherapy/wallet');
    const poor = signerFromSeed(new Uint8Array(32).fill(42));
    await expect(send(chain.api, remark('x'), poor)).rejects.toThrow(/1010.*Inability to pay/);
  });

  it.each([
    ['set weights without stake on a subnet with a threshold', 'setWeights', [1, [0], [1], 0], /Custom error: 1$/],
    ['serve without being registered', 'serveAxon', [1, 1, 16_909_060, 1, 4, 4, 0, 0], /Custom error: 10$/],
  ] as const)('refuses to %s, with the number of the real chain', async (_, call, args, expected) => {
    const threshold = chain.api.tx.adminUtils?.sudoSetStakeThreshold?.(1000);
    if (threshold === undefined) throw new Error('no such call');
    const wrapped = chain.api.tx.sudo?.sudo?.(threshold);
    if (wrapped === undefined) throw new Error('no sudo');
    await send(chain.api, wrapped, keys.Alice);
    const tx = chain.api.tx.subtensorModule?.[call]?.(...args);
    if (tx === undefined) throw new Error('no such call');
    await expect(send(chain.api, tx, keys.Charlie)).rejects.toThrow(expected);
  });

  it('refuses bytes that are no extrinsic', async () => {
    const provider = new WsProvider(chain.net.url);
    await provider.isReady;
    for (const bytes of ['0x', '0x1234', `0x${'ff'.repeat(40)}`]) {
      await expect(provider.send('author_submitExtrinsic', [bytes])).rejects.toThrow(/1001/);
    }
    await provider.disconnect();
  });
});
