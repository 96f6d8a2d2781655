import { z } from 'zod';
import { API_ERRORS } from './errors.js';
import type { ReplySpec, Route } from './route.js';

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: z.enum(Object.keys(API_ERRORS) as [string, ...string[]]),
    param: z.string().nullable(),
  }),
});

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of these routes, made from the very schemas that check their requests. */
export function openApiDocument(routes: readonly Route[], about: { readonly version: string }): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { spec } of routes) {
    const path = openApiPath(spec.url);
    const at = paths[path] ?? {};
    at[spec.method.toLowerCase()] = operation(spec);
    paths[path] = at;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'BetterTherapy gateway',
      version: about.version,
      description: 'AI doctor twins over an OpenAI-compatible API, with sessions, ratings and a studio beside it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key bt_…, a patient token btp_… or a doctor’s token bts_…',
        },
      },
      schemas: { Error: jsonSchema(errorSchema, 'output') },
    },
  };
}

/** `/v1/twins/:id` as OpenAPI writes it: `/v1/twins/{id}`. */
export function openApiPath(url: string): string {
  return url.replace(/:(\w+)/g, '{$1}');
}

function operation(spec: Route['spec']): Json {
  const { params, query, body, access } = spec;
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  return {
    summary: spec.summary,
    tags: [spec.tag],
    operationId: `${spec.method.toLowerCase()}${spec.url.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(spec.bytes ? { requestBody: { required: true, content: { 'application/octet-stream': {} } } } : {}),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(spec.replies).map(([status, reply]) => [status, replyOf(reply)])),
      default: {
        description: 'An error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    ...(access === 'public' ? { security: [] } : { security: [{ bearer: [] }], 'x-roles': access }),
  };
}

function replyOf(reply: ReplySpec): Json {
  const { description } = reply;
  if ('schema' in reply)
    return { description, content: { 'application/json': { schema: jsonSchema(reply.schema, 'output') } } };
  return 'contentType' in reply ? { description, content: { [reply.contentType]: {} } } : { description };
}

function parametersOf(where: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties, required } = z
    .object({
      properties: z.record(z.string(), z.unknown()).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(jsonSchema(schema, 'input'));
  return Object.entries(properties).map(([name, member]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: member,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
