import type { Hono } from 'hono';
import { createRoutes, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of traces. */
export function traceRoutes(_context: ServerContext): Hono {
  return createRoutes().all('/api/recordings/:recording/traces', () => {
    throw refusal(501, 'this is not built yet');
  });
}
