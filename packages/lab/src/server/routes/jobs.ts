import type { Hono } from 'hono';
import { z } from 'zod';
import type { Jobs } from '../jobs/job-runner.js';
import type { Recipe } from '../jobs/recipe.js';
import { createRoutes, readBody } from '../problem.js';

const startBody = z.strictObject({ recipe: z.string().max(100), input: z.record(z.string(), z.unknown()) });

/** Returns the routes of jobs and of the recipes that they follow. */
export function jobRoutes(jobs: Jobs, recipes: readonly Recipe[]): Hono {
  const routes = createRoutes();
  const list = recipes.map(({ name, title, input }) => ({
    name,
    title,
    fields: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
  }));
  routes.get('/api/recipes', (c) => c.json(list as never));
  routes.get('/api/jobs', (c) => c.json(jobs.list() as never));
  routes.post('/api/jobs', async (c) => {
    const { recipe, input } = await readBody(c, startBody);
    return c.json((await jobs.start(recipe, input)) as never, 201);
  });
  routes.get('/api/jobs/:job', async (c) => c.json((await jobs.get(c.req.param('job'))) as never));
  routes.post('/api/jobs/:job/finish', (c) => c.json(jobs.finish(c.req.param('job')) as never));
  routes.delete('/api/jobs/:job', async (c) => c.json((await jobs.stop(c.req.param('job'))) as never));
  return routes;
}
