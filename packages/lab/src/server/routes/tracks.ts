import type { Hono } from 'hono';
import { createRoutes, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of tracks. */
export function trackRoutes(_context: ServerContext): Hono {
  return createRoutes().all('/api/tracks/:tracks/window', () => {
    throw refusal(501, 'this is not built yet');
  });
}
