import { z } from 'zod';
import { option } from '../option.js';

/** `--otel.*`: where traces go. */
export const otelFragment = z.strictObject({
  endpoint: option(
    z
      .string()
      .regex(/^https?:\/\/[^\s/@]+(\/[^\s@]*)?$/, 'expected http://host:port, without user or password')
      .nullable()
      .default(null),
    {
      help: 'OTLP/HTTP collector that gets traces of what this daemon does, for example http://127.0.0.1:4318',
      env: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
      defaultText: 'none, nothing is traced',
      placeholder: 'url',
    },
  ),
  headers: option(z.array(z.string().regex(/^[^\s=]+=\S*$/, 'expected name=value')).default([]), {
    help: 'headers that the collector asks for, name=value; better given by environment',
    env: ['OTEL_EXPORTER_OTLP_HEADERS'],
    secret: true,
    placeholder: 'list',
  }),
  sampleRatio: option(z.number().min(0).max(1).default(1), {
    help: 'share of the traces begun here that are recorded, 0 to 1; a caller decides for its own',
  }),
});
export type OtelConfig = z.output<typeof otelFragment>;

const TRACES_PATH = '/v1/traces';

/** Where the collector takes traces: the endpoint is its address, the path below it is OTLP's. Null without an endpoint. */
export function tracesUrl({ endpoint }: Pick<OtelConfig, 'endpoint'>): string | null {
  const base = endpoint?.replace(/\/+$/, '') ?? null;
  return base === null || base.endsWith(TRACES_PATH) ? base : `${base}${TRACES_PATH}`;
}
