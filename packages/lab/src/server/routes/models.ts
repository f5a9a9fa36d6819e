import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { readModel } from '../models/model-view.js';
import { listReports, openReport } from '../models/report-files.js';
import { readModelLearning, readTrainingRecord } from '../models/training-record.js';
import { createRoutes, refusal } from '../problem.js';
import { reportPolicy } from '../security.js';
import type { ServerContext } from '../server-context.js';

/** Returns the routes of models: cards, and the pages that training and evaluation wrote. */
export function modelRoutes(context: ServerContext): Hono {
  const { project, folder } = context;
  const routes = createRoutes();

  async function folderOf(name: string): Promise<string> {
    if (!(await project.listModels()).includes(name))
      throw refusal(404, `the project has no model ${name.slice(0, 100)}`);
    // The project itself may be reached by a link; inside it none is followed.
    return join(await realpath(folder), 'models', name);
  }

  routes.get('/api/models/:model', async (c) => {
    const name = c.req.param('model');
    const place = await folderOf(name);
    const found = await readModel(context, name);
    if (found === undefined) {
      throw refusal(422, `the card of the model ${name} cannot be read`, 'Restore its model.json, or train it again.');
    }
    const [training, learning] = await Promise.all([
      readTrainingRecord(project.store, project.modelFolder(name)),
      readModelLearning(project.store, project.modelFolder(name)),
    ]);
    return c.json({ ...found, reports: await listReports(place), training, learning } as never);
  });

  routes.get('/api/models/:model/reports/:file', async (c) => {
    const name = c.req.param('model');
    const report = await openReport(await folderOf(name), c.req.param('file'));
    if (report === undefined) throw refusal(404, `the model ${name} has no such report`);
    try {
      const bytes = await report.handle.readFile();
      c.header('content-type', report.type);
      c.header('content-security-policy', reportPolicy);
      c.header('cache-control', 'private, no-cache');
      return c.body(new Uint8Array(bytes));
    } finally {
      await report.handle.close();
    }
  });

  return routes;
}
