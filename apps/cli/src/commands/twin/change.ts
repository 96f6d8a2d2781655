import { option, walletFragment } from '@bettertherapy/config';
import { type ImportOutcome, readShippedPacks } from '@bettertherapy/twins';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { validatorData } from '../key/database.js';
import { print } from '../report.js';
import { oneWord, withRegistry } from './database.js';
import { readPackFile } from './packFile.js';

const flags = { data: validatorData, wallet: walletFragment, json: jsonFlag };

export const twinImport = operatorCommand({
  about:
    'Publishes the packs of these files under the hotkey of the validator, each as the next version of its twin; without files the demonstration packs of this release.',
  positionals: '[file …]',
  schema: z.strictObject(flags),
  finish: (values) => values,
  work: async (config, context, files) => {
    const values = files.length === 0 ? await readShippedPacks() : await Promise.all(files.map(readPackFile));
    const outcomes = await withRegistry({ dataDir: config.data.dir, wallet: config.wallet }, (registry) =>
      values.map((value): ImportOutcome => registry.import(value)),
    );
    const text = outcomes.map(({ id, version, outcome }) => `${id} version ${version}: ${outcome}`).join('\n');
    return print(context, config.json, { json: outcomes, text });
  },
});

export const twinPublish = operatorCommand({
  about:
    'Signs and publishes a reviewed version of a twin. A version that is published already becomes the one patients get (a roll-back).',
  positionals: '<id>',
  schema: z.strictObject({
    ...flags,
    number: option(z.int().min(1).nullable().default(null), {
      help: 'version to publish',
      defaultText: 'the newest',
    }),
  }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const id = oneWord(positionals, 'id of a twin');
    const done = await withRegistry({ dataDir: config.data.dir, wallet: config.wallet }, (registry) => {
      registry.catalogue.twin(id);
      const versions = registry.catalogue.versions(id);
      const version = config.number ?? versions[0]?.version ?? 1;
      if (versions.find((head) => head.version === version)?.state === 'published') registry.rollBack(id, version);
      else registry.publish(id, version);
      return { id, version };
    });
    return print(context, config.json, { json: done, text: `patients get version ${done.version} of ${id}` });
  },
});

export const twinWithdraw = operatorCommand({
  about: 'Withdraws every published version of a twin for good. It comes back only with a new version.',
  positionals: '<id>',
  schema: z.strictObject({
    ...flags,
    reason: option(z.string().min(1).max(500).default('withdrawn by the operator'), {
      help: 'why; kept with the twin',
    }),
  }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const id = oneWord(positionals, 'id of a twin');
    await withRegistry({ dataDir: config.data.dir, wallet: config.wallet }, (registry) =>
      registry.withdraw(id, config.reason),
    );
    return print(context, config.json, { json: { id, withdrawn: true }, text: `${id} is withdrawn` });
  },
});
