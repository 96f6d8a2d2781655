import type { CurrentTwin } from '@bettertherapy/twins';
import { z } from 'zod';
import type { Role } from '../http/caller.js';
import { type Route, route } from '../http/route.js';
import type { GatewayParts } from '../parts.js';
import { currentTwin } from '../twins/views.js';

const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});

const ANYBODY_KNOWN: readonly Role[] = ['chat', 'patient', 'operator', 'studio'];

/** Twins as OpenAI's clients list models. */
export function modelRoutes(parts: GatewayParts): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/v1/models',
        summary: 'The twins, as models',
        tag: 'chat',
        access: ANYBODY_KNOWN,
        replies: {
          200: { description: 'Models', schema: z.object({ object: z.literal('list'), data: z.array(model) }) },
        },
      },
      () => ({ status: 200, body: { object: 'list', data: parts.twins.catalogue.current().map(modelOf) } }),
    ),
    route(
      {
        method: 'GET',
        url: '/v1/models/:id',
        summary: 'One twin, as a model',
        tag: 'chat',
        access: ANYBODY_KNOWN,
        params: z.object({ id: z.string().max(64) }),
        replies: { 200: { description: 'The model', schema: model } },
      },
      ({ params }) => ({ status: 200, body: modelOf(currentTwin(parts, params.id, 'id')) }),
    ),
  ];
}

function modelOf({ pack, publishedMs }: CurrentTwin): z.output<typeof model> {
  return { id: pack.id, object: 'model', created: Math.floor(publishedMs / 1000), owned_by: 'bettertherapy' };
}
