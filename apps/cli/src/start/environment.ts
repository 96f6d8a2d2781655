import type { Environment } from '@bettertherapy/config';

/** Variables that make a daemon tell somebody elsewhere what it does. */
const ELSEWHERE = /^(BT_(VALIDATOR_|MINER_)?(DISCORD|OTEL|WANDB)_|OTEL_|WANDB_|DISCORD_)/;

/** The environment for the processes of a demonstration, which stays on this machine whatever a real daemon here is told. */
export function demonstrationEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ELSEWHERE.test(name)));
}
