import { type Signer, signerFromUri } from '@bettertherapy/wallet';

export const DEV_ACCOUNT_NAMES = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'] as const;
export type DevAccountName = (typeof DEV_ACCOUNT_NAMES)[number];

/** Free balance of every development account at genesis, in rao: 1,000,000 TAO. */
export const DEV_BALANCE = 1_000_000_000_000_000n;

/** A well-known development key. Everybody has it: use it on a development chain only. */
export function devAccount(name: DevAccountName): Signer {
  return signerFromUri(`//${name}`);
}

/** All development keys by name. Call the wallet's `ready()` first. */
export function devAccounts(): Readonly<Record<DevAccountName, Signer>> {
  return {
    Alice: devAccount('Alice'),
    Bob: devAccount('Bob'),
    Charlie: devAccount('Charlie'),
    Dave: devAccount('Dave'),
    Eve: devAccount('Eve'),
    Ferdie: devAccount('Ferdie'),
  };
}
