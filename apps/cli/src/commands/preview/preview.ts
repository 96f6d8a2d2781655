import type { ModelOptions } from '@bettertherapy/config';
import type { OpenedEvidence } from '@bettertherapy/evidence';
import { defaultBankPath, loadQuestionBank } from '@bettertherapy/judge';
import { loadManifest } from '@bettertherapy/llm';
import { type CommandContext, operatorCommand } from '../../command.js';
import { manifestPath } from '../../start/layout.js';
import { CliErrorCode, cliError } from '../errors.js';
import { newestEvidence, soundEvidence } from '../evidence/soundEvidence.js';
import { print, type Report } from '../report.js';
import { manifestOf, openLocalJudge } from './openLocalJudge.js';
import { type PreviewOptions, previewSchema } from './options.js';
import { previewOne } from './previewOne.js';
import { recomputeAll, recordedOf } from './recomputeAll.js';

export const previewCommand = operatorCommand({
  about:
    'Judges an answer here as a validator does: gates, caps, every statement, reward, time, copies. With --from it judges a recorded answer again and compares each number with what the validator wrote down. Exit code 1 when the judge here is another one, or a number is off.',
  schema: previewSchema,
  finish: (values, isSet): PreviewOptions => ({ ...values, modelNamed: isSet('model.name') }),
  work: async (options, context) => {
    const { report, code } = await work(options, context);
    print(context, options.json, report);
    return code;
  },
});

async function work(options: PreviewOptions, context: CommandContext): Promise<{ report: Report; code: number }> {
  const { from, miner, bank: bankOptions, allowOtherModel: allowOther } = options;
  const opened = await evidenceOf(options, context.signal);
  const evidence = opened?.evidence ?? null;
  if (from !== null && miner === null) {
    throw cliError(CliErrorCode.Usage, '--from needs to know whose answers are judged again', {
      remedy: 'Name a hotkey with --miner.',
    });
  }
  const recorded = evidence && miner !== null ? recordedOf(evidence, miner, options.question) : null;
  const wanted = evidence && manifestOf(evidence, recorded?.manifestSha256 ?? null);
  const bank = await loadQuestionBank(bankOptions.path ?? defaultBankPath());
  const model = await modelOf(options, wanted?.modelName ?? null);
  const local = await openLocalJudge({ model, bank, wanted, evidence, allowOther }, context);
  try {
    if (opened && recorded) return await recomputeAll({ opened, recorded, local }, options, context);
    return await previewOne({ opened, bank, local }, options, context);
  } finally {
    await local.close();
  }
}

async function evidenceOf(options: PreviewOptions, signal: AbortSignal): Promise<OpenedEvidence | null> {
  const { from, evidence, validator } = options;
  if ([from, evidence, validator].filter((one) => one !== null).length > 1) {
    throw cliError(CliErrorCode.Usage, '--from, --evidence and --validator each name the judge', {
      remedy: 'Give one of them.',
    });
  }
  const at = from ?? evidence;
  if (at !== null) return soundEvidence(at, signal);
  return validator === null ? null : ((await newestEvidence(validator, 1, signal)).at(-1) ?? null);
}

/** The model that was named, else the one that the validator judges with when this release knows where it is. */
async function modelOf({ model, modelNamed }: PreviewOptions, wanted: string | null): Promise<ModelOptions> {
  if (modelNamed || wanted === null || model.backend !== 'llama') return model;
  const known = (await loadManifest(manifestPath)).models.some(({ id }) => id === wanted);
  return known ? { ...model, name: wanted } : model;
}
