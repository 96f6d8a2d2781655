import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const APPS = ['validator', 'miner'] as const;
type App = (typeof APPS)[number];

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

/** When each daemon ends itself after the stop signal, in milliseconds, as its main says. */
const endsWithinMs: Record<App, number> = {
  validator: constantOf('apps/validator/src/main.ts', 'SHUTDOWN_MS'),
  miner: constantOf('apps/miner/src/main.ts', 'STOP_DEADLINE_MS'),
};

function constantOf(file: string, name: string): number {
  const found = new RegExp(`const ${name} = ([\\d_]+);`).exec(read(file))?.[1];
  if (found === undefined) throw new Error(`${file} has no ${name}`);
  return Number(found.replaceAll('_', ''));
}

/** Variables that the daemons know, of the table that is made from their schemas; another would be ignored without a word. */
const known = new Set(read('docs/configuration.md').match(/\bBT_\w+/g));

const sourceOf = (script: string): string => script.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
const hasEntry = (script: string): boolean => existsSync(join(repositoryRoot, sourceOf(script)));

const appSchema = z.object({
  name: z.string(),
  script: z.string(),
  kill_timeout: z.number(),
  max_memory_restart: z.string(),
  stop_exit_codes: z.array(z.number()),
  env: z.record(z.string(), z.string()),
});
const ecosystem = (env: Record<string, string> = {}, ...words: string[]) => {
  const code = 'process.stdout.write(JSON.stringify(require("./ecosystem.config.cjs").apps))';
  const args = ['-e', code, '--', ...words];
  const out = execFileSync(process.execPath, args, { cwd: repositoryRoot, env, encoding: 'utf8', stdio: 'pipe' });
  return z.array(appSchema).parse(JSON.parse(out));
};

describe('pm2', () => {
  const names = (apps: readonly { readonly name: string }[]) => apps.map(({ name }) => name);

  it.each<[string, Record<string, string>, string[], string[]]>([
    ['the validator alone unless asked', {}, [], ['validator']],
    ['both when the miner is asked for', { BT_RUN_MINER: '1' }, [], ['validator', 'miner']],
    ['all to choose from with --only', {}, ['--only', 'miner'], ['validator', 'miner']],
    ['another instance under its own name', { BT_INSTANCE: 'b' }, [], ['validator-b']],
  ])('%s', (_name, env, words, expected) => {
    expect(names(ecosystem(env, ...words))).toEqual(expected);
  });

  it('gives an instance a data folder of its own, unless told which', () => {
    const folder = 'BT_VALIDATOR_DATA_DIR';
    expect(ecosystem({})[0]?.env[folder]).toBeUndefined();
    expect(ecosystem({ BT_INSTANCE: 'b' })[0]?.env[folder]).toBe('.bettertherapy/validator-b');
    expect(ecosystem({ BT_INSTANCE: 'b', [folder]: '/srv/b' })[0]?.env[folder]).toBeUndefined();
  });

  it.each([{ BT_INSTANCE: '../b' }, { BT_MAX_MEMORY: 'plenty' }])('refuses %j', (env) => {
    expect(() => ecosystem(env)).toThrow();
  });

  it('runs what is built, waits longer than a stop takes, and lets a mistake in the settings rest', () => {
    for (const app of ecosystem({ BT_RUN_MINER: '1', BT_MAX_MEMORY: '3G' })) {
      expect(hasEntry(app.script)).toBe(true);
      expect(app.kill_timeout).toBeGreaterThan(Math.max(...Object.values(endsWithinMs)));
      expect(app.stop_exit_codes).toEqual([0, 2]);
      expect(app.max_memory_restart).toBe('3G');
    }
  });
});

it('bounds the arenas of the allocator however a daemon is started, and as an operator says under pm2', () => {
  const [validator] = ecosystem();
  const bound = validator?.env.MALLOC_ARENA_MAX;
  expect(bound).toMatch(/^\d+$/);
  for (const app of APPS) {
    expect(read(`docs/deploy/bettertherapy-${app}.service`)).toContain(`\nEnvironment=MALLOC_ARENA_MAX=${bound}\n`);
  }
  expect(read('docs/deploy/Dockerfile')).toContain(` MALLOC_ARENA_MAX=${bound} `);
  expect(ecosystem({ MALLOC_ARENA_MAX: '8' })[0]?.env.MALLOC_ARENA_MAX).toBe('8');
});

describe.each(APPS)('the systemd unit of the %s', (app) => {
  const lines = read(`docs/deploy/bettertherapy-${app}.service`)
    .split('\n')
    .filter((line) => /^[A-Z]\w+=/.test(line))
    .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  const all = (key: string): string[] => lines.flatMap(([name, value]) => (name === key ? [value] : []));

  it('runs entry files that exist, and not as root', () => {
    const scripts = [...all('ExecStartPre'), ...all('ExecStart')].map((command) => command.split(' ')[1] ?? '');
    expect(scripts).toEqual(['apps/cli/dist/main.js', `apps/${app}/dist/main.js`]);
    expect(scripts.filter((script) => !hasEntry(script))).toEqual([]);
    expect(all('User')).toEqual(['bettertherapy']);
  });

  it('waits longer than a stop takes, and lets a mistake in the settings rest', () => {
    expect(Number(all('TimeoutStopSec')[0]) * 1_000).toBeGreaterThan(endsWithinMs[app]);
    expect([all('KillMode'), all('RestartPreventExitStatus')]).toEqual([['mixed'], ['2']]);
  });

  it('sets variables that the daemon knows, and folders that it may write', () => {
    const set = Object.fromEntries(all('Environment').map((one) => one.split('=')));
    const ours = Object.keys(set).filter((name) => name.startsWith('BT_'));
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
    expect(set[`BT_${app.toUpperCase()}_DATA_DIR`]).toBe(`/var/lib/${all('StateDirectory')[0]}`);
    expect(set[`BT_${app.toUpperCase()}_MODEL_CACHE_DIR`]).toBe(`/var/cache/${all('CacheDirectory')[0]}`);
    expect(all('ExecStartPre')[0]).toContain(`--app ${app} --data.dir ${set[`BT_${app.toUpperCase()}_DATA_DIR`]}`);
  });
});

describe('the containers', () => {
  const serviceSchema = z.object({
    command: z.array(z.string()),
    user: z.string(),
    read_only: z.literal(true),
    cap_drop: z.array(z.string()),
    stop_grace_period: z
      .string()
      .regex(/^\d+s$/)
      .optional(),
    environment: z.record(z.string(), z.string()).default({}),
    ports: z.array(z.string()).default([]),
    healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    profiles: z.array(z.string()).default([]),
    logging: z.object({ driver: z.string(), options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
  });
  const { services } = z
    .object({ services: z.record(z.string(), serviceSchema) })
    .parse(parse(read('docs/deploy/compose.yml'), { merge: true }));
  const dockerfile = read('docs/deploy/Dockerfile');
  const image = Object.fromEntries(
    [...dockerfile.matchAll(/\b(BT_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  const service = (app: App) => services[app] ?? serviceSchema.parse(null);

  it.each(APPS)('%s: runs its entry file after the migration, not as root, without rights', (app) => {
    const { command, user, cap_drop, depends_on } = service(app);
    expect(command).toEqual([`apps/${app}/dist/main.js`]);
    expect(
      [command, services[`migrate-${app}`]?.command].flat().filter((word) => word?.endsWith('.js') && !hasEntry(word)),
    ).toEqual([]);
    expect([user, cap_drop]).toEqual(['1000:1000', ['ALL']]);
    expect(depends_on).toEqual({ [`migrate-${app}`]: { condition: 'service_completed_successfully' } });
    expect(services[`migrate-${app}`]?.command.slice(-1)).toEqual([image[`BT_${app.toUpperCase()}_DATA_DIR`]]);
  });

  it.each(APPS)('%s: has longer to stop than a stop takes', (app) => {
    expect(Number.parseInt(service(app).stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(endsWithinMs[app]);
  });

  it.each(APPS)('%s: is asked for its health at the port it has', (app) => {
    expect(service(app).healthcheck?.test.join(' ')).toContain(
      `http://127.0.0.1:${image[`BT_${app.toUpperCase()}_HEALTH_PORT`]}/health`,
    );
  });

  it('publishes the ports that the daemons listen on, the gateway on this machine only', () => {
    const { validator, miner } = { validator: service('validator'), miner: service('miner') };
    const gateway = validator.environment.BT_VALIDATOR_GATEWAY_PORT;
    const axon = miner.environment.BT_AXON_PORT;
    expect(validator.ports).toEqual([`127.0.0.1:${gateway}:${gateway}`]);
    expect(miner.ports).toEqual([`${axon}:${axon}`]);
    expect([miner.profiles, validator.profiles]).toEqual([['miner'], []]);
  });

  it('bounds the log of every container, as docs/operating.md says', () => {
    for (const { logging } of Object.values(services)) {
      expect(logging).toEqual({ driver: 'json-file', options: { 'max-size': '20m', 'max-file': '10' } });
    }
    expect(read('docs/operating.md')).toContain('ten files of 20 MB for each container');
  });

  it('sets variables that a daemon knows', () => {
    const set = [...Object.keys(image), ...APPS.flatMap((app) => Object.keys(service(app).environment))];
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it('does not run the image as root, and copies no secrets into it', () => {
    expect(dockerfile.slice(dockerfile.lastIndexOf('FROM '))).toMatch(/^USER node$/m);
    expect(read('docs/deploy/Dockerfile.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['**/.env', '.bettertherapy']),
    );
  });
});
