import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { exchangeSchema } from '../exchanges/exchanges.js';
import { createRoutes, readBody, readQuery, refusal } from '../problem.js';
import { tracksView } from '../project/project-view.js';
import type { ServerContext } from '../server-context.js';
import { editedTracksOf, footerOfTracks } from '../tracks/edited-tracks.js';
import { createWindowCache } from '../tracks/window-cache.js';

/** Frames of one window. */
const mostFrames = 16_384;

const frame = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31);

/** Returns the routes of tracks: points by window, and exchanges of identities. */
export function trackRoutes(context: ServerContext): Hono {
  const routes = createRoutes();
  const cache = createWindowCache(context);
  // A crash may have left exchanges that are not in their file: looking for them starts that work.
  editedTracksOf(context).catch(() => undefined);

  routes.get('/api/tracks/:tracks/window', async (c) => {
    const name = c.req.param('tracks');
    const { from, to } = readQuery(c, z.object({ from: frame, to: frame }));
    if (to < from || to - from > mostFrames) {
      throw refusal(400, `to: must be from ${from} to ${from + mostFrames}, got ${to}`);
    }
    const { values, tag } = await cache.window(name, from, to, c.req.raw.signal);
    const etag = `"${createHash('sha256').update(tag).digest('base64url').slice(0, 24)}-${from}-${to}"`;
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    c.header('content-type', 'application/octet-stream');
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    return c.body(values.buffer as ArrayBuffer);
  });

  routes.post('/api/tracks/:tracks/exchange', async (c) => {
    const name = c.req.param('tracks');
    const exchange = await readBody(c, exchangeSchema);
    const found = await footerOfTracks(context, name);
    if (found === undefined) throw refusal(404, `the project has no tracks ${name.slice(0, 200)}`);
    const { individuals, frameCount } = found.footer;
    const { first, second, fromFrame, toFrame } = exchange;
    const unknown = [first, second].find((animal) => !individuals.includes(animal));
    if (unknown !== undefined) {
      throw refusal(400, `the animals of ${name} are ${individuals.join(', ')}, not ${unknown.slice(0, 200)}`);
    }
    if (first === second) throw refusal(400, `second: must be another animal than ${first}`);
    if (fromFrame >= frameCount || (toFrame !== undefined && toFrame <= fromFrame)) {
      throw refusal(400, `frames: must be a stretch in 0..${frameCount}, got ${fromFrame} to ${toFrame ?? 'the end'}`);
    }
    const made = await (await editedTracksOf(context)).exchange(name, exchange);
    context.changed();
    const view = await tracksView(context, made);
    if (view === undefined) throw refusal(404, `the project has no tracks ${made}`);
    return c.json(view);
  });

  return routes;
}
