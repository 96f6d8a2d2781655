export { verifyEd25519 } from './ed25519.js';
export { WalletErrorCode } from './errors.js';
export { generateMnemonic } from './mnemonic.js';
export { encodePasswordForEnv, passwordEnvName, passwordFromEnv } from './passwords.js';
export { hotkeyPaths, resolveWalletRoot, walletPaths } from './paths.js';
export {
  asHotkey,
  type Signer,
  signerFromMnemonic,
  signerFromSeed,
  signerFromUri,
} from './signer.js';
export { isFast, ready, verify, verifyAudited } from './sr25519.js';
export {
  type CreatedWallet,
  createColdkey,
  createHotkey,
  createWallet,
  listWallets,
  loadColdkey,
  loadHotkey,
  readColdkeyPub,
  type WalletSummary,
} from './wallets.js';
