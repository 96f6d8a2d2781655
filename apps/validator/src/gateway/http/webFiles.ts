import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Paths that belong to the API: an unknown one is an error there, never the page. */
const API_PATH = /^\/(?:v1|openapi\.json|health)(?:[/?]|$)/;

/** Nothing from elsewhere is loaded or framed; what the pages need comes with them. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>BetterTherapy</title><p>The gateway is running. Its pages are not built here; the API is described in <a href="/openapi.json">/openapi.json</a>.</p></html>';

/** Serves the built pages below `/`; without them, one page that says so. */
export async function serveWebFiles(app: FastifyInstance, dir: string): Promise<void> {
  if (!existsSync(join(dir, 'index.html'))) return;
  await app.register(fastifyStatic, {
    root: dir,
    wildcard: false,
    index: 'index.html',
    cacheControl: false,
    setHeaders: (response, path) => {
      for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
      // Built assets carry a hash of their content in their name.
      response.setHeader(
        'cache-control',
        /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}

/** Answers a path that no route knows with the page when it is one of the page's own; false when it is not. */
export function sendPage(
  reply: FastifyReply,
  at: { readonly method: string; readonly url: string; readonly dir: string },
): boolean {
  if (at.method !== 'GET' || API_PATH.test(at.url)) return false;
  // Pages that were built after the start are served from the next start on.
  if (reply.server.hasReplyDecorator('sendFile')) {
    void reply.sendFile('index.html', at.dir);
    return true;
  }
  if (!/^\/(?:\?|$)/.test(at.url)) return false;
  void reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(NOT_BUILT);
  return true;
}
