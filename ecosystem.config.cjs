// pnpm exec pm2 start ecosystem.config.cjs --only validator
// pnpm exec pm2 start ecosystem.config.cjs --only miner
// BT_* variables in the environment or in .env choose network, wallet and model; `pnpm miner --help` names them.
// pm2 runs the built JavaScript itself: a shell or package manager in between would swallow the stop signal.

/** Both apps end themselves within 30 s of the stop signal; pm2 waits longer before it kills. */
const KILL_TIMEOUT_MS = 40_000;

function daemon(name, script) {
  return {
    name,
    script,
    cwd: __dirname,
    instances: 1,
    exec_mode: 'fork',
    autorestart: true,
    // 2 is a configuration fault, which a restart cannot mend; 0 was asked for.
    stop_exit_codes: [0, 2],
    exp_backoff_restart_delay: 500,
    kill_timeout: KILL_TIMEOUT_MS,
    time: false,
    merge_logs: true,
    env: { NODE_ENV: 'production', BT_LOGGING_JSON: 'true' },
  };
}

module.exports = {
  apps: [daemon('validator', 'apps/validator/dist/main.js'), daemon('miner', 'apps/miner/dist/main.js')],
};
