import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiPath } from '../../../src/gateway/http/openapi.js';
import { runGateway } from './fixture.js';

const documentShape = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]) })),
  ),
});

describe('the document', () => {
  it('lists exactly the routes that are served, each with what it takes', async () => {
    const { gateway, call, parts } = await runGateway();
    const { body, status } = await call('/openapi.json');
    expect(status).toBe(200);
    const paths = Object.entries(documentShape.parse(body).paths);
    const documented = paths.flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = gateway.served().map(([method, url]) => `${method} ${openApiPath(url)}`);
    expect(documented.sort()).toEqual(served.sort());
    for (const [path, methods] of paths) {
      for (const { parameters } of Object.values(methods)) {
        const named = parameters.filter((one) => one.in === 'path').map((one) => one.name);
        expect(named.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort());
      }
    }
    expect(readFileSync(join(parts.options.data.dir, 'gateway.url'), 'utf8').trim()).toBe(gateway.url);
  });

  it('leads from the page of a gateway without built pages', async () => {
    const { call } = await runGateway();
    const { status, text, headers } = await call('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text.toLowerCase()).toContain('<!doctype html>');
  });
});
