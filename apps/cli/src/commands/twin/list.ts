import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { drawTable } from '../../drawTable.js';
import { jsonFlag } from '../flags.js';
import { validatorData } from '../key/database.js';
import { print } from '../report.js';
import { withCatalogue } from './database.js';

const COLUMNS = ['id', 'name', 'patients get', 'state', 'versions', 'draft'];

export const twinList = operatorCommand({
  about: 'Shows the twins of a validator with their versions; works beside the running validator.',
  schema: z.strictObject({ data: validatorData, json: jsonFlag }),
  finish: (values) => values,
  work: async (config, context) => {
    const twins = await withCatalogue(config.data.dir, (catalogue) =>
      catalogue.list().map((twin) => ({
        id: twin.id,
        name: twin.name,
        currentVersion: twin.currentVersion,
        state: twin.withdrawnMs !== null ? 'withdrawn' : twin.currentVersion !== null ? 'published' : 'not published',
        draft: twin.draft !== null,
        versions: catalogue.versions(twin.id).map(({ version, state, sha256 }) => ({ version, state, sha256 })),
      })),
    );
    const rows = twins.map((twin) => [
      twin.id,
      twin.name,
      twin.currentVersion === null ? '–' : `version ${twin.currentVersion}`,
      twin.state,
      twin.versions.map(({ version, state }) => `${version} ${state}`).join(', ') || '–',
      twin.draft ? 'yes' : '–',
    ]);
    const none = 'no twins; `pnpm bt twin import` brings in the ones that ship';
    return print(context, config.json, {
      json: twins,
      text: rows.length === 0 ? none : drawTable(COLUMNS, rows, COLUMNS),
    });
  },
});
