export { DEV_ACCOUNT_NAMES, DEV_BALANCE, type DevAccountName, devAccount, devAccounts } from './devAccounts.js';
export { LocalnetErrorCode } from './errors.js';
export { type Localnet, type LocalnetOptions, type LocalnetParts, startLocalnet } from './localnet.js';
export { encodeRuntimeCode, type RuntimeCode } from './runtime/version.js';
