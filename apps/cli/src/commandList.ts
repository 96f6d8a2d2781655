import type { Command, CommandBody } from './command.js';

/** Every `pnpm bt …` command, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  listed(
    'start',
    'run a whole subnet on this machine (npm start)',
    async () => (await import('./start/start.js')).startCommand,
  ),
  listed(
    'doctor',
    'what keeps a miner or validator from running, and what mends it',
    async () => (await import('./doctor/doctor.js')).doctorCommand,
  ),
  listed(
    'localnet run',
    'run the embedded development chain',
    async () => (await import('./commands/localnet.js')).localnetRun,
  ),
  listed(
    'migrate',
    'bring a database to the current schema',
    async () => (await import('./commands/migrate.js')).migrateCommand,
  ),
  listed(
    'backup',
    "copy a daemon's database while it runs, and check the copy",
    async () => (await import('./commands/data/backup.js')).backupCommand,
  ),
  listed(
    'restore',
    "put a backup in the place of a stopped daemon's database",
    async () => (await import('./commands/data/restore.js')).restoreCommand,
  ),
  listed('key create', 'make a key for the gateway', async () => (await import('./commands/key/create.js')).keyCreate),
  listed('key list', 'show the keys of the gateway', async () => (await import('./commands/key/list.js')).keyList),
  listed(
    'key revoke',
    'end a key of the gateway, or a doctor’s access',
    async () => (await import('./commands/key/revoke.js')).keyRevoke,
  ),
  listed('twin list', 'show the twins of a validator', async () => (await import('./commands/twin/list.js')).twinList),
  listed(
    'twin show',
    'show one twin, or its pack as JSON',
    async () => (await import('./commands/twin/show.js')).twinShow,
  ),
  listed(
    'twin import',
    'publish packs from files, or the ones that ship',
    async () => (await import('./commands/twin/change.js')).twinImport,
  ),
  listed(
    'twin publish',
    'publish a reviewed version, or give patients an earlier one',
    async () => (await import('./commands/twin/change.js')).twinPublish,
  ),
  listed(
    'twin withdraw',
    'withdraw a twin: patients and miners lose every version of it',
    async () => (await import('./commands/twin/change.js')).twinWithdraw,
  ),
  listed(
    'twin verify',
    'check a pack file, and its signature when it has one',
    async () => (await import('./commands/twin/verify.js')).twinVerify,
  ),
  listed(
    'twin adapter inspect',
    'show what a LoRA adapter is: rank, alpha, base model, tensors',
    async () => (await import('./commands/twin/adapter.js')).twinAdapterInspect,
  ),
  listed(
    'twin adapter attach',
    'name a LoRA adapter in the draft of a twin, or in a pack file',
    async () => (await import('./commands/twin/adapter.js')).twinAdapterAttach,
  ),
  listed(
    'twin adapter detach',
    'name no adapter any more in the draft of a twin, or in a pack file',
    async () => (await import('./commands/twin/adapter.js')).twinAdapterDetach,
  ),
  listed(
    'preview',
    'what a validator would give an answer, and why',
    async () => (await import('./commands/preview/preview.js')).previewCommand,
  ),
  listed(
    'score',
    'what a validator gave a miner, and why it was not more',
    async () => (await import('./commands/score/score.js')).scoreCommand,
  ),
  listed(
    'replay',
    'compute scores and weights again from evidence',
    async () => (await import('./commands/evidence/replay.js')).replayCommand,
  ),
  listed(
    'evidence export',
    "fetch the evidence of a validator's rounds",
    async () => (await import('./commands/evidence/export.js')).evidenceExport,
  ),
  listed(
    'evidence verify',
    'check signatures, hashes and the chain',
    async () => (await import('./commands/evidence/verify.js')).evidenceVerify,
  ),
  listed(
    'models fetch',
    'fetch a model file and check its hash',
    async () => (await import('./commands/models.js')).modelsFetch,
  ),
  listed('models list', 'list the models we know', async () => (await import('./commands/models.js')).modelsList),
  listed(
    'judge exam',
    'whether a model judges well enough to set weights by',
    async () => (await import('./commands/judge/exam.js')).judgeExam,
  ),
  listed(
    'wallet create',
    'make a coldkey and a hotkey',
    async () => (await import('./commands/wallet/create.js')).walletCreate,
  ),
  listed(
    'wallet new-coldkey',
    'make a coldkey',
    async () => (await import('./commands/wallet/create.js')).walletNewColdkey,
  ),
  listed(
    'wallet new-hotkey',
    'make a hotkey',
    async () => (await import('./commands/wallet/create.js')).walletNewHotkey,
  ),
  listed(
    'wallet regen',
    'bring a coldkey or hotkey back from its mnemonic',
    async () => (await import('./commands/wallet/regen.js')).walletRegen,
  ),
  listed('wallet list', 'list wallets', async () => (await import('./commands/wallet/list.js')).walletList),
  listed(
    'wallet balance',
    'free balance and stake of a coldkey',
    async () => (await import('./commands/wallet/balance.js')).walletBalance,
  ),
  listed(
    'wallet fund',
    'give a coldkey TAO on a development chain',
    async () => (await import('./commands/wallet/fund.js')).walletFund,
  ),
  listed(
    'subnet list',
    'list the subnets of a chain',
    async () => (await import('./commands/subnet/list.js')).subnetList,
  ),
  listed('subnet create', 'make a subnet', async () => (await import('./commands/subnet/create.js')).subnetCreate),
  listed(
    'subnet start',
    'open a subnet for staking and pay',
    async () => (await import('./commands/subnet/start.js')).subnetStart,
  ),
  listed(
    'subnet register',
    'register a hotkey on a subnet',
    async () => (await import('./commands/subnet/register.js')).subnetRegister,
  ),
  listed(
    'subnet metagraph',
    'who is on a subnet, and what they earn',
    async () => (await import('./commands/subnet/metagraph.js')).subnetMetagraph,
  ),
  listed(
    'subnet hyperparameters',
    'the rules of a subnet',
    async () => (await import('./commands/subnet/hyperparameters.js')).subnetHyperparameters,
  ),
  listed('subnet set', 'set a hyperparameter', async () => (await import('./commands/subnet/set.js')).subnetSet),
  listed('stake add', 'stake TAO on a hotkey', async () => (await import('./commands/stake/stake.js')).stakeAdd),
  listed('stake remove', 'take stake back as TAO', async () => (await import('./commands/stake/stake.js')).stakeRemove),
  listed(
    'weights show',
    'who gives how much to whom',
    async () => (await import('./commands/weights/show.js')).weightsShow,
  ),
  listed('weights set', 'set weights by hand', async () => (await import('./commands/weights/set.js')).weightsSet),
];

/** One command. Its code is loaded when it is called, so that none waits for what only others need. */
function listed(name: string, summary: string, load: () => Promise<CommandBody>): Command {
  const words = name.split(' ');
  return { words, summary, run: async (argv, context) => (await load()).run(words, argv, context) };
}

/** The command whose words begin the arguments, and what follows them. */
export function findCommand(argv: readonly string[]): { command: Command; rest: readonly string[] } | null {
  const command = COMMANDS.find(({ words }) => words.every((word, at) => argv[at] === word));
  return command ? { command, rest: argv.slice(command.words.length) } : null;
}
