// pnpm exec pm2 start ecosystem.config.cjs                     the validator
// pnpm exec pm2 start ecosystem.config.cjs --only miner        the miner
// BT_RUN_MINER=1 pnpm exec pm2 start ecosystem.config.cjs      both
// BT_INSTANCE=b … pm2 start ecosystem.config.cjs               one more of its kind: validator-b, with a data folder of its own
//
// BT_* variables in the environment or in .env choose network, wallet and model; `pnpm miner --help` names them.
// pm2 runs the built JavaScript itself: a shell or package manager in between would swallow the stop signal.

/** Both apps end themselves within 30 s of the stop signal; pm2 waits longer before it kills. */
const KILL_TIMEOUT_MS = 40_000;
/** Of the daemon alone: the model runs in a process of its own, which the daemon watches itself. */
const MAX_MEMORY = '2G';
/** Of the allocator (glibc), which makes up to eight a core and keeps the free pieces of each: memory would creep up with nothing leaked. */
const MALLOC_ARENAS = '2';

const { BT_INSTANCE: instance = '', BT_RUN_MINER: runMiner = '', BT_MAX_MEMORY: maxMemory = MAX_MEMORY } = process.env;
if (!/^([a-z0-9][a-z0-9-]{0,31})?$/.test(instance)) {
  throw new Error('BT_INSTANCE is at most 32 lower-case letters, digits and dashes');
}
if (!/^\d+[KMG]$/.test(maxMemory)) throw new Error('BT_MAX_MEMORY is a number with K, M or G behind it: 2G');

/** An instance keeps its state apart from the others, unless it is told where. */
function dataFolder(name) {
  const variable = `BT_${name.toUpperCase()}_DATA_DIR`;
  return instance === '' || process.env[variable] ? {} : { [variable]: `.bettertherapy/${name}-${instance}` };
}

function daemon(name, script) {
  return {
    name: instance === '' ? name : `${name}-${instance}`,
    script,
    cwd: __dirname,
    instances: 1,
    exec_mode: 'fork',
    autorestart: true,
    // 2 is a configuration fault, which a restart cannot mend; 0 was asked for.
    stop_exit_codes: [0, 2],
    exp_backoff_restart_delay: 500,
    kill_timeout: KILL_TIMEOUT_MS,
    max_memory_restart: maxMemory,
    time: false,
    merge_logs: true,
    env: {
      NODE_ENV: 'production',
      BT_LOGGING_JSON: 'true',
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? MALLOC_ARENAS,
      ...dataFolder(name),
    },
  };
}

// With --only, pm2 itself leaves out what was not named.
const named = process.argv.some((word) => word === '--only' || word.startsWith('--only='));
const validator = daemon('validator', 'apps/validator/dist/main.js');
const miner = daemon('miner', 'apps/miner/dist/main.js');

module.exports = { apps: named || /^(1|true|yes)$/.test(runMiner) ? [validator, miner] : [validator] };
