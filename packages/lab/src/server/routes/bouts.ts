import type { Hono } from 'hono';
import { createRoutes, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of bouts. */
export function boutRoutes(_context: ServerContext): Hono {
  return createRoutes().all('/api/bouts', () => {
    throw refusal(501, 'this is not built yet');
  });
}
