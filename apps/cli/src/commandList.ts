import type { Command } from './command.js';
import { backupCommand } from './commands/data/backup.js';
import { restoreCommand } from './commands/data/restore.js';
import { evidenceExport } from './commands/evidence/export.js';
import { replayCommand } from './commands/evidence/replay.js';
import { evidenceVerify } from './commands/evidence/verify.js';
import { judgeExam } from './commands/judge/exam.js';
import { keyCreate } from './commands/key/create.js';
import { keyList } from './commands/key/list.js';
import { keyRevoke } from './commands/key/revoke.js';
import { localnetRun } from './commands/localnet.js';
import { migrateCommand } from './commands/migrate.js';
import { modelsFetch, modelsList } from './commands/models.js';
import { previewCommand } from './commands/preview/preview.js';
import { scoreCommand } from './commands/score/score.js';
import { stakeAdd, stakeRemove } from './commands/stake/stake.js';
import { subnetCreate } from './commands/subnet/create.js';
import { subnetHyperparameters } from './commands/subnet/hyperparameters.js';
import { subnetList } from './commands/subnet/list.js';
import { subnetMetagraph } from './commands/subnet/metagraph.js';
import { subnetRegister } from './commands/subnet/register.js';
import { subnetSet } from './commands/subnet/set.js';
import { subnetStart } from './commands/subnet/start.js';
import { twinAdapterAttach, twinAdapterDetach, twinAdapterInspect } from './commands/twin/adapter.js';
import { twinImport, twinPublish, twinWithdraw } from './commands/twin/change.js';
import { twinList } from './commands/twin/list.js';
import { twinShow } from './commands/twin/show.js';
import { twinVerify } from './commands/twin/verify.js';
import { walletBalance } from './commands/wallet/balance.js';
import { walletCreate, walletNewColdkey, walletNewHotkey } from './commands/wallet/create.js';
import { walletFund } from './commands/wallet/fund.js';
import { walletList } from './commands/wallet/list.js';
import { walletRegen } from './commands/wallet/regen.js';
import { weightsSet } from './commands/weights/set.js';
import { weightsShow } from './commands/weights/show.js';
import { doctorCommand } from './doctor/doctor.js';
import { startCommand } from './start/start.js';

/** Every `pnpm bt …` command, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  doctorCommand,
  localnetRun,
  migrateCommand,
  backupCommand,
  restoreCommand,
  keyCreate,
  keyList,
  keyRevoke,
  twinList,
  twinShow,
  twinImport,
  twinPublish,
  twinWithdraw,
  twinVerify,
  twinAdapterInspect,
  twinAdapterAttach,
  twinAdapterDetach,
  previewCommand,
  scoreCommand,
  replayCommand,
  evidenceExport,
  evidenceVerify,
  modelsFetch,
  modelsList,
  judgeExam,
  walletCreate,
  walletNewColdkey,
  walletNewHotkey,
  walletRegen,
  walletList,
  walletBalance,
  walletFund,
  subnetList,
  subnetCreate,
  subnetStart,
  subnetRegister,
  subnetMetagraph,
  subnetHyperparameters,
  subnetSet,
  stakeAdd,
  stakeRemove,
  weightsShow,
  weightsSet,
];

/** The command whose words begin the arguments, and what follows them. */
export function findCommand(argv: readonly string[]): { command: Command; rest: readonly string[] } | null {
  const command = COMMANDS.find(({ words }) => words.every((word, at) => argv[at] === word));
  return command ? { command, rest: argv.slice(command.words.length) } : null;
}
