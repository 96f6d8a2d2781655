import { option, walletFragment } from '@bettertherapy/config';
import { type AdapterFacts, checkAdapter, fileSha256, readAdapter } from '@bettertherapy/llm';
import type { PackProblem, TwinAdapter, TwinDraft } from '@bettertherapy/twins';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag } from '../flags.js';
import { validatorData } from '../key/database.js';
import { lines, print } from '../report.js';
import { adapterFolder, copyAdapter } from './adapterShelf.js';
import { oneWord, withRegistry } from './database.js';
import { changeDraftFile } from './draftFile.js';

export const twinAdapterInspect = operatorCommand({
  about: 'Reads a LoRA adapter (GGUF) and checks that it is whole and that every weight is a number. Loads no model.',
  positionals: '<file.gguf>',
  schema: z.strictObject({ json: jsonFlag }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const file = oneWord(positionals, 'file of an adapter');
    const facts = await checkAdapter(file, context.signal);
    const sha256 = await fileSha256(file, context.signal);
    return print(context, config.json, { json: { sha256, ...facts }, text: describeAdapter(facts, sha256) });
  },
});

export const twinAdapterAttach = operatorCommand({
  about:
    'Checks a LoRA adapter, puts it into the folder from which the gateway gives adapters to miners, and names it in the draft of a twin (by id) or in an unsigned pack file (.json).',
  positionals: '<id|pack.json> <file.gguf>',
  schema: z.strictObject({
    data: validatorData,
    wallet: walletFragment,
    adapters: option(z.string().min(1).nullable().default(null), {
      help: 'folder of adapters, as --gateway.adapters of the validator',
      defaultText: 'adapters in the data folder',
      placeholder: 'folder',
    }),
    base: option(z.string().min(1).max(120).nullable().default(null), {
      help: 'base model, like Llama-3.1-8B-Instruct; miners compare it with theirs',
      defaultText: 'what the file of the adapter says',
    }),
    url: option(
      z
        .url({ protocol: /^https$/ })
        .nullable()
        .default(null),
      {
        help: 'where else the file can be had, beside the gateway',
        placeholder: 'https://…',
      },
    ),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const [target, file] = positionals;
    if (positionals.length !== 2 || target === undefined || file === undefined) {
      throw cliError(CliErrorCode.Usage, 'give a twin or a pack file, and the file of an adapter', {
        remedy: '`--help` shows how the command is used.',
      });
    }
    const baseModel = baseOf(await readAdapter(file), config.base);
    // First the file, then the name: what is named can be had.
    const shelved = await copyAdapter(file, adapterFolder(config.adapters, config.data.dir), context.signal);
    const adapter = { sha256: shelved.sha256, baseModel, bytes: shelved.facts.bytes, url: config.url };
    const change = (draft: TwinDraft): TwinDraft => ({ ...draft, adapter });
    const problems = target.endsWith('.json')
      ? await changeDraftFile(target, change)
      : await changeDraft(target, { dataDir: config.data.dir, wallet: config.wallet }, change);
    return print(context, config.json, {
      json: { target, adapter, file: shelved.file, problems },
      text: attachedText(target, adapter, shelved.file, problems),
    });
  },
});

export const twinAdapterDetach = operatorCommand({
  about:
    'Takes the adapter out of the draft of a twin (by id) or of an unsigned pack file (.json). Versions that are published keep theirs until they are withdrawn; the file stays in the folder.',
  positionals: '<id|pack.json>',
  schema: z.strictObject({ data: validatorData, wallet: walletFragment, json: jsonFlag }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const target = oneWord(positionals, 'id of a twin or pack file');
    const change = (draft: TwinDraft): TwinDraft => ({ ...draft, adapter: null });
    const problems = target.endsWith('.json')
      ? await changeDraftFile(target, change)
      : await changeDraft(target, { dataDir: config.data.dir, wallet: config.wallet }, change);
    const text = `${target} names no adapter any more`;
    return print(context, config.json, { json: { target, adapter: null, problems }, text });
  },
});

/** @throws CodedError TWIN_UNKNOWN */
function changeDraft(
  id: string,
  at: Parameters<typeof withRegistry>[0],
  change: (draft: TwinDraft) => TwinDraft,
): Promise<PackProblem[]> {
  return withRegistry(at, (registry) => registry.changeDraft(id, change));
}

function baseOf(facts: AdapterFacts, named: string | null): string {
  const base = named ?? facts.baseModels[0];
  if (base !== undefined) return base.slice(0, 120);
  throw cliError(CliErrorCode.Usage, 'the file does not say for which model the adapter is', {
    remedy: 'Name the model on which it was trained with --base.',
  });
}

function attachedText(
  target: string,
  { sha256, baseModel }: TwinAdapter,
  file: string,
  problems: readonly PackProblem[],
): string {
  const next = target.endsWith('.json')
    ? `publish it with \`pnpm bt twin import ${target}\``
    : 'submit and publish the draft in the studio';
  const done = lines([
    ['adapter', sha256],
    ['base model', baseModel],
    ['given out from', file],
    ['next', problems.length === 0 ? next : 'mend what is missing below, then submit'],
  ]);
  const missing = problems.map(({ path, message }): [string, string] => [path === '' ? '(whole)' : path, message]);
  return `${target} names the adapter\n${done}${missing.length === 0 ? '' : `\n${lines(missing)}`}`;
}

/** An adapter in a few lines, for people. */
function describeAdapter(facts: AdapterFacts, sha256: string): string {
  const { name, description, datasets, architecture, baseModels, alpha, rank, targets, parameters, types, bytes } =
    facts;
  const layers = new Set(targets.flatMap(({ tensor }) => /^blk\.(\d+)\./.exec(tensor)?.[1] ?? []));
  const kinds = new Map<string, number>();
  for (const { tensor } of targets) {
    const kind = tensor.replace(/^blk\.\d+\./, '').replace(/\.weight$/, '');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return lines([
    ['sha256', sha256],
    ['name', name ?? '(none)'],
    ['description', description ?? '(none)'],
    ['trained on', datasets.length === 0 ? '(the file does not say)' : datasets.join(', ')],
    ['base model', baseModels.length === 0 ? '(the file names none)' : baseModels.join(' or ')],
    ['architecture', architecture],
    ['rank', String(rank)],
    ['alpha', alpha === 0 ? '(none: applied as it is)' : `${alpha} (scale ${(alpha / rank).toFixed(2)})`],
    ['changes', [...kinds].map(([kind, count]) => `${kind} × ${count}`).join(', ')],
    ['layers', String(layers.size)],
    ['parameters', `${(parameters / 1e6).toFixed(2)} million, ${types}`],
    ['size', `${(bytes / 1e6).toFixed(1)} MB`],
  ]);
}
