// Flags of the updater. Node's own modules only: it has to work while the release it replaces is broken.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const OWN_REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const HELP = `Usage: node scripts/autoupdater/main.mjs [flags]

Brings a running daemon to the newest release and back again when the new one does not come up.

  --repo-path <folder>       the checkout to update (default: the one this script lies in)
  --branch <name>            branch to follow (default: main)
  --tag-only                 follow the newest version tag on that branch, not its newest commit
  --verify-signatures        take only commits (with --tag-only: tags) with a good signature of a key that git knows
  --force                    also with local changes (they are stashed), a history that was rewritten, or a version that failed before
  --dry-run                  say what would be done, change nothing
  --interval <minutes>       look again and again; without it once
  --stop-command <command>   stops the daemon (default: from --restart-command, its word restart made stop)
  --restart-command <command>  starts it (default: node_modules/.bin/pm2 restart ecosystem.config.cjs --only validator)
  --build-command <command>  installs from the lockfile and builds (default: node scripts/bootstrap.mjs build)
  --migrate-command <command>  brings the database to the schema (default: node apps/cli/dist/main.js migrate)
  --database <file>          what is copied away before and put back after a bad release (default: .bettertherapy/validator/validator.sqlite)
  --ready-url <url>          the daemon's /ready page (default: port BT_VALIDATOR_HEALTH_PORT on loopback)
  --ready-seconds <n>        how long it may take to become ready (default: 600)
  --watch-seconds <n>        how long it must stay ready before the update counts (default: 120)
  --state-dir <folder>       copies and notes of the updater (default: .bettertherapy/updater)
  --discord.webhook <url>    where applied and rolled back updates are told (or DISCORD_WEBHOOK_URL)
  --help

Exit code: 0 nothing to do or updated, 1 the new version was bad and the old one runs again (or an update was refused),
2 flags, 3 neither runs: look at once.`;

/** @throws Error with a sentence for the operator */
export function readOptions(argv, env) {
  const { values } = parseArgs({
    args: argv,
    options: {
      'repo-path': { type: 'string', default: OWN_REPOSITORY },
      branch: { type: 'string', default: 'main' },
      'tag-only': { type: 'boolean', default: false },
      'verify-signatures': { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      interval: { type: 'string' },
      'stop-command': { type: 'string' },
      'restart-command': {
        type: 'string',
        default: 'node_modules/.bin/pm2 restart ecosystem.config.cjs --only validator',
      },
      'build-command': { type: 'string', default: 'node scripts/bootstrap.mjs build' },
      'migrate-command': { type: 'string', default: 'node apps/cli/dist/main.js migrate' },
      database: { type: 'string', default: '.bettertherapy/validator/validator.sqlite' },
      'ready-url': { type: 'string' },
      'ready-seconds': { type: 'string', default: '600' },
      'watch-seconds': { type: 'string', default: '120' },
      'state-dir': { type: 'string', default: '.bettertherapy/updater' },
      'discord.webhook': { type: 'string', default: env.DISCORD_WEBHOOK_URL },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { help: true };
  const repo = resolve(values['repo-path']);
  const inRepo = (path) => resolve(repo, path);
  return {
    help: false,
    repo,
    branch: values.branch,
    tagOnly: values['tag-only'],
    verifySignatures: values['verify-signatures'],
    force: values.force,
    dryRun: values['dry-run'],
    intervalMs: values.interval === undefined ? null : positive('--interval', values.interval) * 60_000,
    stopCommand: stopCommand(values),
    restartCommand: values['restart-command'],
    buildCommand: values['build-command'],
    migrateCommand: values['migrate-command'],
    database: inRepo(values.database),
    readyUrl: readyUrl(values['ready-url'], env),
    readyMs: positive('--ready-seconds', values['ready-seconds']) * 1000,
    watchMs: positive('--watch-seconds', values['watch-seconds']) * 1000,
    stateDir: inRepo(values['state-dir']),
    webhook: values['discord.webhook'] ?? null,
  };
}

function stopCommand(values) {
  if (values['stop-command'] !== undefined) return values['stop-command'];
  const made = values['restart-command'].replace(/\brestart\b/, 'stop');
  if (made !== values['restart-command']) return made;
  throw new Error('--restart-command does not say restart, so say with --stop-command how the daemon is stopped');
}

function readyUrl(given, env) {
  if (given !== undefined) return given;
  const port = env.BT_VALIDATOR_HEALTH_PORT;
  if (port && /^\d+$/.test(port)) return `http://127.0.0.1:${port}/ready`;
  throw new Error('no --ready-url: give the daemon a fixed --health.port and name its /ready page');
}

function positive(flag, text) {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${flag} wants a number above 0, not ${text}`);
}
