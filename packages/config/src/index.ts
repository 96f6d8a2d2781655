export {
  type Config,
  type ConfigDefinition,
  type ConfigSource,
  defineConfig,
  type ParsedConfig,
  type PrintRequest,
} from './defineConfig.js';
export { REDACTED } from './dump.js';
export type { Environment } from './environment.js';
export { ConfigErrorCode } from './errors.js';
export {
  type DataConfig,
  dataFragment,
  type HealthConfig,
  healthFragment,
  healthPort,
  portWord,
} from './fragments/data.js';
export { type DiscordConfig, discordFragment } from './fragments/discord.js';
export { type LoggingConfig, type LogLevel, loggingFragment, logLevels } from './fragments/logging.js';
export { type ModelOptions, modelApiKey, modelFragment } from './fragments/model.js';
export { type OtelConfig, otelFragment, tracesUrl } from './fragments/otel.js';
export {
  type BeaconConfig,
  beaconFragment,
  chainAddress,
  netuidOption,
  resolveNetuid,
  type SubtensorConfig,
  subtensorFragment,
} from './fragments/subtensor.js';
export { type WalletConfig, walletFragment } from './fragments/wallet.js';
export { type WandbConfig, wandbFragment } from './fragments/wandb.js';
export { type OptionKind, type OptionMeta, type OptionSpec, option } from './option.js';
export { type ProcessInput, readProcessInput } from './processInput.js';
