import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeSs58 } from '@bettertherapy/core';
import { temporaryFolder } from '@bettertherapy/testkit';
import {
  createWallet,
  encodePasswordForEnv,
  listWallets,
  loadColdkey,
  loadHotkey,
  passwordEnvName,
  passwordFromEnv,
  readColdkeyPub,
  ready,
  type Signer,
  verify,
} from '@bettertherapy/wallet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EnvironmentName, openEnvironment, pythonVariables } from './environment.js';
import { interopPart } from './part.js';
import { PythonProgram } from './pythonProgram.js';

interface Signed {
  readonly address: string;
  readonly signature: string;
}
interface Addresses {
  readonly coldkey: string;
  readonly hotkey: string;
}

const folder = temporaryFolder('interop-wallets');
const root = join(folder.path, 'wallets');
const PASSWORD = 'Maple-4-harbour_Quiet';
const MESSAGE = 'sign me: ünïcode 0x12';
/** Argon2 with half a GiB, on either side. */
const UNLOCK_MS = 120_000;

/** `encrypts` marks those with which encrypted coldkeys are tried too; each unlocking costs seconds. */
const PACKAGES: readonly {
  readonly environment: EnvironmentName;
  readonly name: string;
  readonly version: RegExp;
  readonly encrypts: boolean;
}[] = [
  { environment: 'cli', name: 'bittensor-wallet', version: /^4\.1\.0$/, encrypts: true },
  { environment: 'wallet-3', name: 'bittensor-wallet', version: /^3\./, encrypts: true },
  { environment: 'sdk-11.3', name: 'bittensor', version: /^11\.3\.0$/, encrypts: true },
  { environment: 'sdk-10.2', name: 'bittensor-wallet', version: /^4\.0\.1$/, encrypts: false },
  { environment: 'sdk-9.10', name: 'bittensor-wallet', version: /^4\.1\.1$/, encrypts: false },
];

const signature = (signer: Signer): string => Buffer.from(signer.sign(Buffer.from(MESSAGE))).toString('hex');
const holds = (signed: Signed): boolean =>
  verify(Buffer.from(MESSAGE), Buffer.from(signed.signature, 'hex'), decodeSs58(signed.address));

/** Ours, made once for all packages. */
let plain: Addresses;
let locked: Addresses;

beforeAll(async () => {
  await ready();
  plain = await createWallet({ root, name: 'ours', hotkey: 'miner' });
  locked = await createWallet({ root, name: 'ours-locked', hotkey: 'miner', coldkeyPassword: PASSWORD });
});
afterAll(() => folder.remove());

for (const { environment: environmentName, name, version, encrypts } of PACKAGES) {
  const environment = await openEnvironment(environmentName);

  interopPart(`wallets of ${name} in ${environmentName}`, environment, () => {
    let python: PythonProgram;
    const theirs = `theirs-${environmentName}`;

    beforeAll(async () => {
      const variable = passwordEnvName(join(root, 'ours-locked', 'coldkey'));
      python = new PythonProgram(environment, {
        script: 'wallets.py',
        home: folder.path,
        env: { [variable]: encodePasswordForEnv(variable, PASSWORD) },
      });
      const info = await python.call<{ package: string; version: string }>('info');
      console.info(`interop: wallets of ${info.package} ${info.version}`);
      expect(info.package).toBe(name);
      expect(info.version).toMatch(version);
    });
    afterAll(() => python?.close());

    it('read ours: addresses, and whether the coldkey is encrypted', async () => {
      const read = await python.call('read', { root, name: 'ours', hotkey: 'miner' });
      expect(read).toMatchObject({ coldkeypub: plain.coldkey, hotkey: plain.hotkey, encrypted: false });
      expect(await python.call('read', { root, name: 'ours-locked', hotkey: 'miner' })).toEqual({
        coldkeypub: locked.coldkey,
        hotkey: locked.hotkey,
        encrypted: true,
        environmentName: passwordEnvName(join(root, 'ours-locked', 'coldkey')),
      });
    });

    it.each(['hotkey', 'coldkey'] as const)('sign with our %s, and we accept it', async (role) => {
      const signed = await python.call<Signed>('sign', { root, name: 'ours', hotkey: 'miner', role, message: MESSAGE });
      expect(signed.address).toBe(plain[role]);
      expect(holds(signed)).toBe(true);
      expect(holds({ ...signed, address: locked.hotkey })).toBe(false);
    });

    it('accept what we sign with our keys, and nothing else', async () => {
      const hotkey = await loadHotkey({ root, name: 'ours', hotkey: 'miner' });
      const signed = { address: hotkey.address, message: MESSAGE, signature: signature(hotkey) };
      expect(await python.call('verify', signed)).toBe(true);
      expect(await python.call('verify', { ...signed, message: `${MESSAGE}.` })).toBe(false);
      expect(await python.call('verify', { ...signed, address: plain.coldkey })).toBe(false);
    });

    it('are read and used by us', async () => {
      const made = await python.call<Addresses>('create', { root, name: theirs, hotkey: 'validator' });
      const hotkey = await loadHotkey({ root, name: theirs, hotkey: 'validator' });
      const coldkey = await loadColdkey({ root, name: theirs });
      expect({ hotkey: hotkey.address, coldkey: coldkey.address }).toEqual(made);
      expect(await readColdkeyPub({ root, name: theirs })).toBe(made.coldkey);
      for (const signer of [hotkey, coldkey]) {
        const signed = { address: signer.address, message: MESSAGE, signature: signature(signer) };
        expect(await python.call('verify', signed)).toBe(true);
      }
      const listed = (await listWallets({ root })).find((wallet) => wallet.name === theirs);
      expect(listed).toEqual({
        name: theirs,
        coldkey: made.coldkey,
        hotkeys: [{ name: 'validator', address: made.hotkey }],
      });
    });

    // Each unlocking costs seconds of processor time, so Python is set to it while we do ours.
    const unlocking = new Map<string, Promise<Signed>>();
    const unlockOurs = (password: string): Promise<Signed> => {
      const begun = unlocking.get(password);
      if (begun !== undefined) return begun;
      const request = { root, name: 'ours-locked', hotkey: 'miner', role: 'coldkey', message: MESSAGE };
      const signed = python.call<Signed>('sign', { ...request, password }, UNLOCK_MS);
      unlocking.set(password, signed);
      // Whoever awaits it sees the failure; until then it is nobody's.
      signed.catch(() => undefined);
      return signed;
    };
    // One of them takes it from the variable that we set; the others are given it.
    const right = environmentName === 'cli' ? 'from the environment' : PASSWORD;
    const wrong = 'wrong password';

    if (encrypts) {
      it('have their encrypted coldkey unlocked by us', async () => {
        const name = `${theirs}-locked`;
        const made = await python.call<Addresses>('create', { root, name, hotkey: 'v', password: PASSWORD }, UNLOCK_MS);
        unlockOurs(right);
        if (environmentName === 'cli') unlockOurs(wrong);
        const coldkey = await loadColdkey({ root, name, password: PASSWORD });
        expect(coldkey.address).toBe(made.coldkey);
        await expect(loadColdkey({ root, name })).rejects.toMatchObject({ code: 'WALLET_PASSWORD_NEEDED' });
      });

      it('unlock our coldkey with its password', async () => {
        const signed = await unlockOurs(right);
        expect(signed.address).toBe(locked.coldkey);
        expect(holds(signed)).toBe(true);
      });
    }

    if (environmentName === 'cli') {
      it('do not unlock our coldkey with another password', async () => {
        await expect(unlockOurs(wrong)).rejects.toThrow(/password/i);
      });

      it('keep a password in a variable that we read', async () => {
        const saved = await python.call<[string, string]>('savePassword', { root, name: 'ours', password: PASSWORD });
        expect(passwordFromEnv(Object.fromEntries([saved]), join(root, 'ours', 'coldkey'))).toBe(PASSWORD);
      });
    }

    if (environmentName === 'sdk-11.3' || environmentName === 'cli') {
      it('have their ed25519 hotkey refused by us, with the reason', async () => {
        await python.call('createEd25519Hotkey', { root, name: theirs, hotkey: 'edwards' });
        await expect(loadHotkey({ root, name: theirs, hotkey: 'edwards' })).rejects.toMatchObject({
          code: 'WALLET_UNSUPPORTED_CRYPTO',
        });
      });
    }
  });
}

const cli = await openEnvironment('cli');
interopPart('btcli of bittensor-cli', cli, () => {
  it('lists our wallets and their hotkeys', async () => {
    if (!cli.ok) throw new Error(cli.reason);
    const start = ['-c', 'from bittensor_cli.cli import main; main()'];
    const { stdout } = await promisify(execFile)(
      cli.python,
      [...start, 'wallet', 'list', '--wallet-path', root, '--json-output'],
      { env: pythonVariables(folder.path), cwd: folder.path, timeout: 60_000 },
    );
    const listed = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
      wallets: { name: string; ss58_address: string; hotkeys: { name: string; ss58_address: string }[] }[];
    };
    const found = listed.wallets.filter((wallet) => wallet.name.startsWith('ours'));
    expect(found.toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: 'ours', ss58_address: plain.coldkey, hotkeys: [{ name: 'miner', ss58_address: plain.hotkey }] },
      { name: 'ours-locked', ss58_address: locked.coldkey, hotkeys: [{ name: 'miner', ss58_address: locked.hotkey }] },
    ]);
  });
});
