import type { Hono } from 'hono';
import { createRoutes } from './problem.js';
import { boutRoutes } from './routes/bouts.js';
import { labelRoutes } from './routes/labels.js';
import { projectRoutes } from './routes/project.js';
import { targetRoutes } from './routes/targets.js';
import { traceRoutes } from './routes/traces.js';
import { trackRoutes } from './routes/tracks.js';
import type { ServerContext } from './server-context.js';

/** Returns all routes under `/api`, without what guards them. */
export function createApi(context: ServerContext): Hono {
  const api = createRoutes();
  const modules = [projectRoutes, labelRoutes, boutRoutes, trackRoutes, traceRoutes, targetRoutes];
  for (const routes of modules) api.route('/', routes(context));
  return api;
}
