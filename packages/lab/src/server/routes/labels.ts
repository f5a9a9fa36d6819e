import type { Hono } from 'hono';
import { createRoutes, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of labels. */
export function labelRoutes(_context: ServerContext): Hono {
  return createRoutes().all('/api/labels/:video', () => {
    throw refusal(501, 'this is not built yet');
  });
}
