import { Hono } from 'hono';
import { openJobs } from './jobs/job-runner.js';
import { recipes } from './jobs/recipes.js';
import { createRoutes, notFound, problemResponse } from './problem.js';
import { boutRoutes } from './routes/bouts.js';
import { boutImportRoutes } from './routes/bouts-import.js';
import { eventRoutes } from './routes/events.js';
import { jobRoutes } from './routes/jobs.js';
import { labelRoutes } from './routes/labels.js';
import { modelRoutes } from './routes/models.js';
import { projectRoutes } from './routes/project.js';
import { ruleRoutes } from './routes/rules.js';
import { targetRoutes } from './routes/targets.js';
import { traceRoutes } from './routes/traces.js';
import { trackRoutes } from './routes/tracks.js';
import { videoRoutes } from './routes/videos.js';
import { type Gate, limitBody, needToken, ownHost, ownOrigin, safeHeaders } from './security.js';
import type { ServerContext } from './server-context.js';
import { staticFiles } from './static-files.js';

/** Returns all routes under `/api`, without what guards them; jobs that were under way go on. */
export async function createApi(context: ServerContext): Promise<Hono> {
  const api = createRoutes();
  const jobs = await openJobs(context, recipes);
  context.onClose(() => jobs.close());
  const modules = [
    projectRoutes,
    labelRoutes,
    boutRoutes,
    trackRoutes,
    traceRoutes,
    targetRoutes,
    videoRoutes,
    modelRoutes,
    ruleRoutes,
    boutImportRoutes,
  ];
  for (const routes of modules) api.route('/', routes(context));
  api.route('/', jobRoutes(jobs, recipes));
  api.route('/', eventRoutes(context, { jobs: jobs.list }));
  return api;
}

/** Returns the whole server: guards, then `/api`, then the files of the page, which are left out where `page` is undefined. */
export function createApp(api: Hono, { gate, page }: { readonly gate: Gate; readonly page: string | undefined }): Hono {
  const app = new Hono();
  app.onError((error, c) => problemResponse(c, error));
  app.notFound((c) => notFound(c));
  app.use(safeHeaders(), ownHost(gate), ownOrigin(), needToken(gate), limitBody());
  app.route('/', api);
  if (page !== undefined) app.use(staticFiles(page));
  return app;
}
