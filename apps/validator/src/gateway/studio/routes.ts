import type { Route } from '../http/route.js';
import { adapterRoutes } from './adapterRoutes.js';
import { dialogueRoutes } from './dialogueRoutes.js';
import { inboxRoutes } from './inboxRoutes.js';
import { loginRoutes } from './loginRoutes.js';
import type { StudioParts } from './parts.js';
import { publishRoutes } from './publishRoutes.js';
import { twinRoutes } from './twinRoutes.js';

/** The doctors' studio: a doctor sees and changes only their own twins, and everything they do is in the audit log. */
export function studioRoutes(parts: StudioParts): Route[] {
  return [
    ...loginRoutes(parts),
    ...twinRoutes(parts),
    ...publishRoutes(parts),
    ...adapterRoutes(parts),
    ...dialogueRoutes(parts),
    ...inboxRoutes(parts),
  ];
}
