import type { Hono } from 'hono';
import { createRoutes, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of targets. */
export function targetRoutes(_context: ServerContext): Hono {
  return createRoutes().all('/api/recordings/:recording/targets', () => {
    throw refusal(501, 'this is not built yet');
  });
}
