import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineConfig, type ParsedConfig, type ProcessInput } from '@bettertherapy/config';
import { CodedError, describeError } from '@bettertherapy/core';
import type { z } from 'zod';
import type { CommandBody, CommandContext } from '../command.js';
import { print } from '../commands/report.js';
import { checkChain } from './checks/chain.js';
import { checkDatabase } from './checks/database.js';
import { checkDisk, checkNode, totalMemory } from './checks/machine.js';
import { checkModel } from './checks/model.js';
import { checkPorts } from './checks/ports.js';
import { checkCollector, checkDiscord, checkWandb } from './checks/services.js';
import { checkWallet } from './checks/wallet.js';
import { type Finding, line } from './finding.js';
import { ownSchema, splitFlags } from './ownFlags.js';
import { isWell, reportText } from './report.js';
import { readSettings, type Settings } from './settings.js';

type Own = z.output<typeof ownSchema>;

const config = defineConfig({
  app: 'doctor',
  usage: 'pnpm bt doctor',
  summary:
    'Looks at everything a miner or validator needs, one line each, with the command that mends what is wrong. Takes the flags of the daemon besides its own. Exit code 1 when something has to be mended. Changes nothing.',
  version: '0.1.0',
  schema: ownSchema,
  finish: (values) => values,
});

export const doctorCommand: CommandBody = {
  run: async (_words, argv, context) => {
    const { own, daemon } = splitFlags(argv);
    const parsed = config.parse({ ...context.input, argv: own });
    if (parsed.kind === 'print') {
      context.out(parsed.text);
      return 0;
    }
    return examine(parsed, daemon, context);
  },
};

async function examine(
  { config: own, warnings }: ParsedConfig<Own>,
  flags: readonly string[],
  context: CommandContext,
): Promise<number> {
  for (const warning of warnings) context.note(`${warning}\n`);
  const findings = [...(await settingsFindings(own, flags, context)), ...(await serviceFindings(own, context.signal))];
  const json = { as: own.as, ok: isWell(findings), findings };
  print(context, own.json, { json, text: reportText(own.as, findings) });
  return json.ok ? 0 : 1;
}

async function settingsFindings(own: Own, flags: readonly string[], context: CommandContext): Promise<Finding[]> {
  const node = checkNode();
  let settings: Settings;
  try {
    settings = await readSettings(own.as, flags, context.input, context.signal);
  } catch (error) {
    return [node, faultFinding(line('settings', 'Settings'), error, context.signal)];
  }
  const about = line('settings', 'Settings');
  const { network, chainEndpoint } = settings.subtensor;
  return [
    node,
    about.ok(
      `${own.as} for subnet ${settings.netuid} of ${chainEndpoint?.join(', ') ?? network}, data in ${settings.dataDir}`,
    ),
    ...(await machineFindings(settings, context.input, context.signal)),
    ...(await identityFindings(settings, context)),
    ...(settings.collector === null ? [] : [await checkCollector(settings.collector, context.signal)]),
  ];
}

/** What needs neither chain nor wallet. */
async function machineFindings(settings: Settings, { env }: ProcessInput, signal: AbortSignal): Promise<Finding[]> {
  const memory = { total: totalMemory(), available: process.availableMemory() };
  const findings: Finding[] = [];
  let toFetch = 0;
  try {
    const model = await checkModel(settings, memory, signal, env.OPENAI_API_KEY ?? null);
    findings.push(...model.findings);
    toFetch = model.toFetch;
  } catch (error) {
    findings.push(faultFinding(line('model', 'Model file'), error, signal));
  }
  findings.push(await checkDisk({ dir: settings.dataDir, flag: 'data.dir', needed: 0 }));
  if (toFetch > 0)
    findings.push(await checkDisk({ dir: settings.model.cacheDir, flag: 'model.cache_dir', needed: toFetch }));
  for (const { flag, file } of settings.files) {
    const about = line(flag.replace('.', '_'), `--${flag}`);
    const there = await access(resolve(file)).then(
      () => true,
      () => false,
    );
    findings.push(
      there ? about.ok(file) : about.fail(`there is no file ${file}`, `Correct --${flag}, or leave it out`),
    );
  }
  return findings;
}

/** Wallet, chain, database and ports: each says more when the one before it went well. */
async function identityFindings(settings: Settings, context: CommandContext): Promise<Finding[]> {
  const { signal } = context;
  const { finding: wallet, hotkey } = await checkWallet(settings);
  const findings = [wallet];
  let genesis: string | null = null;
  let published: { readonly ip: string; readonly port: number } | null = null;
  try {
    const chain = await checkChain(settings, hotkey, context, signal);
    findings.push(...chain.findings);
    ({ genesis, published } = chain);
  } catch (error) {
    findings.push(faultFinding(line('chain', 'Chain'), error, signal));
  }
  let running = false;
  try {
    const database = checkDatabase(settings, genesis, hotkey);
    findings.push(database.finding);
    ({ running } = database);
  } catch (error) {
    findings.push(faultFinding(line('database', 'Database'), error, signal));
  }
  return [...findings, ...(await checkPorts(settings, { running, published }, signal))];
}

async function serviceFindings({ discord, wandb }: Own, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (discord.webhook !== null) findings.push(await checkDiscord(discord.webhook, signal));
  if (wandb.apiKey !== null && !wandb.off && !wandb.offline) {
    findings.push(await checkWandb({ baseUrl: wandb.baseUrl, apiKey: wandb.apiKey }, signal));
  }
  return findings;
}

/** A check that could not be made: what it met is the finding. */
function faultFinding(about: ReturnType<typeof line>, error: unknown, signal: AbortSignal): Finding {
  signal.throwIfAborted();
  const remedy = error instanceof CodedError ? error.remedy : 'This is a defect; report it with this line.';
  return about.fail(describeError(error), remedy);
}
