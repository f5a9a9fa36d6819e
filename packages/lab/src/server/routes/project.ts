import type { Hono } from 'hono';
import { createRoutes, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of project. */
export function projectRoutes(_context: ServerContext): Hono {
  return createRoutes().all('/api/project', () => {
    throw refusal(501, 'this is not built yet');
  });
}
