import { systemClock } from '@bettertherapy/core';
import type { ApiKeyRow } from '@bettertherapy/store';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { drawTable } from '../../drawTable.js';
import { jsonFlag } from '../flags.js';
import { print } from '../report.js';
import { validatorData, withAdministration } from './database.js';

export const keyList = operatorCommand({
  about: 'Shows the keys of the gateway of a validator, revoked ones included, and its doctors with their twins.',
  schema: z.strictObject({ data: validatorData, json: jsonFlag }),
  finish: (values) => values,
  work: async (config, context) => {
    const { rows, doctors } = await withAdministration(config.data.dir, (open) => {
      const doctors = open.doctors.all().map((one) => ({ ...one, twins: open.doctors.twinsOf(one.id) }));
      return { rows: open.apiKeys.all(), doctors };
    });
    const nowMs = systemClock.wallMs();
    const table = drawTable(
      ['id', 'name', 'scope', 'state', 'created', 'last used'],
      rows.map((row) => [
        row.id,
        row.name,
        row.scopes.join(', '),
        stateOf(row, nowMs),
        time(row.createdMs),
        row.lastUsedMs === null ? 'never' : time(row.lastUsedMs),
      ]),
      ['id', 'name', 'scope', 'state', 'created', 'last used'],
    );
    const invited = drawTable(
      ['doctor', 'name', 'twins', 'since'],
      doctors.map(({ id, name, twins, createdMs }) => [id, name, twins.join(', ') || '–', time(createdMs)]),
      ['doctor', 'name', 'twins', 'since'],
    );
    const keys = rows.length === 0 ? 'no keys; make one with `pnpm bt key create`' : table;
    return print(context, config.json, {
      json: {
        keys: rows.map(({ secretSha256: _, ...row }) => ({ ...row, state: stateOf(row, nowMs) })),
        doctors: doctors.map(({ id, name, twins, createdMs }) => ({ id, name, twins, createdMs })),
      },
      text: doctors.length === 0 ? keys : `${keys}\n${invited}`,
    });
  },
});

function stateOf(row: Pick<ApiKeyRow, 'revokedMs' | 'expiresMs'>, nowMs: number): 'good' | 'revoked' | 'expired' {
  if (row.revokedMs !== null) return 'revoked';
  return row.expiresMs !== null && row.expiresMs <= nowMs ? 'expired' : 'good';
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
