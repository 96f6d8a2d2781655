import { option } from '@bettertherapy/config';
import { canonicalJson, type TwinPack } from '@bettertherapy/twins';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { validatorData } from '../key/database.js';
import { lines, print } from '../report.js';
import { oneWord, withCatalogue } from './database.js';

export const twinShow = operatorCommand({
  about: 'Shows one version of a twin: the one patients get, else the newest. With --json the whole pack.',
  positionals: '<id>',
  schema: z.strictObject({
    data: validatorData,
    number: option(z.int().min(1).nullable().default(null), {
      help: 'version to show',
      defaultText: 'the one patients get, else the newest',
    }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const id = oneWord(positionals, 'id of a twin');
    const pack = await withCatalogue(config.data.dir, (catalogue) => {
      const newest = catalogue.versions(id)[0]?.version ?? null;
      const version = config.number ?? catalogue.twin(id).currentVersion ?? newest;
      return version === null ? null : catalogue.pack(id, version);
    });
    if (pack === null) return print(context, config.json, { json: null, text: `${id} has a draft only` });
    return print(context, config.json, { json: JSON.parse(canonicalJson(pack)), text: describePack(pack) });
  },
});

/** A pack in a few lines, for people. */
export function describePack(pack: TwinPack): string {
  return lines([
    ['id', pack.id],
    ['version', String(pack.version)],
    ['name', `${pack.name}, ${pack.title}${pack.demonstration ? ' (demonstration)' : ''}`],
    ['speciality', pack.specialty],
    ['licence', `${pack.licence.body} (${pack.licence.jurisdiction})`],
    ['languages', pack.languages.join(', ')],
    ['scope', pack.scope.in.join('; ')],
    ['not', pack.scope.out.join('; ')],
    ['knowledge', `${pack.knowledge.length} notes, ${pack.dialogues.length} dialogues`],
    ['adapter', pack.adapter === null ? 'none' : `${pack.adapter.sha256} on ${pack.adapter.baseModel}`],
  ]);
}
