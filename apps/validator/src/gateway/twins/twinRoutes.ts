import { CRISIS_REGIONS, crisisContacts, crisisLine } from '@bettertherapy/twins';
import { z } from 'zod';
import { type Route, route } from '../http/route.js';
import { DISCLAIMER, FOOTER } from '../notices.js';
import type { GatewayParts } from '../parts.js';
import { cardOf, currentTwin, detailOf, twinCard, twinDetail } from './views.js';

const help = z.object({ region: z.string(), line: z.string(), emergency: z.string(), text: z.string() });

/** What anybody may read: the twins, where help is, what this is. */
export function twinRoutes(parts: GatewayParts): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/v1/twins',
        summary: 'The twins that patients can choose',
        tag: 'about',
        access: 'public',
        replies: { 200: { description: 'Cards', schema: z.object({ data: z.array(twinCard) }) } },
      },
      () => ({ status: 200, body: { data: parts.twins.catalogue.current().map(({ pack }) => cardOf(pack)) } }),
    ),
    route(
      {
        method: 'GET',
        url: '/v1/twins/:id',
        summary: 'One twin: scope, starters, sources',
        tag: 'about',
        access: 'public',
        params: z.object({ id: z.string().max(64) }),
        replies: { 200: { description: 'The twin', schema: twinDetail } },
      },
      ({ params }) => ({ status: 200, body: detailOf(currentTwin(parts, params.id, 'id').pack) }),
    ),
    route(
      {
        method: 'GET',
        url: '/v1/crisis',
        summary: 'Where to get help from a person, by region',
        tag: 'about',
        access: 'public',
        query: z.object({ region: z.enum(CRISIS_REGIONS).default('international') }),
        replies: {
          200: { description: 'Help', schema: z.object({ regions: z.array(z.enum(CRISIS_REGIONS)), help }) },
        },
      },
      ({ query: { region } }) => ({
        status: 200,
        body: {
          regions: CRISIS_REGIONS,
          help: { region, ...crisisContacts(region), text: crisisLine(['self_harm'], region) },
        },
      }),
    ),
    route(
      {
        method: 'GET',
        url: '/v1/notice',
        summary: 'What a patient must know first',
        tag: 'about',
        access: 'public',
        replies: {
          200: { description: 'Notices', schema: z.object({ disclaimer: z.string(), footer: z.string() }) },
        },
      },
      () => ({ status: 200, body: { disclaimer: DISCLAIMER, footer: FOOTER } }),
    ),
  ];
}
