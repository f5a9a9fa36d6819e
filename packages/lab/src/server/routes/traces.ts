import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { rangesOfBins } from '../analysis/value-ranges.js';
import { createRoutes, readQuery, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { createTraceLister } from '../traces/trace-list.js';
import { createTraceValues } from '../traces/trace-values.js';

/** Frames of one answer. */
const mostFrames = 2_097_152;

/** Bins of one answer. */
const mostBins = 65_536;

const frame = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31);

/** Returns the routes of traces: curves over a recording, computed when they are first asked for. */
export function traceRoutes(context: ServerContext): Hono {
  const routes = createRoutes();
  const listTraces = createTraceLister(context);
  const valuesOf = createTraceValues(context);

  const find = async (c: Context) => {
    const [recording, id] = [c.req.param('recording') ?? '', c.req.param('trace') ?? ''];
    const trace = (await listTraces(recording)).find(({ view }) => view.id === id);
    if (trace === undefined) throw refusal(404, `the recording ${recording} has no trace ${id.slice(0, 100)}`);
    return valuesOf(trace, c.req.raw.signal);
  };
  const bytes = (c: Context, values: Float32Array, etag: string) => {
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    c.header('content-type', 'application/octet-stream');
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    return c.body(new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength));
  };

  routes.get('/api/recordings/:recording/traces', async (c) => {
    const traces = await listTraces(c.req.param('recording'));
    return c.json(traces.map(({ view }) => view));
  });

  routes.get('/api/recordings/:recording/traces/:trace', async (c) => {
    const { from, to } = readQuery(c, z.object({ from: frame, to: frame }));
    if (to < from || to - from > mostFrames) {
      throw refusal(400, `to: must be from ${from} to ${from + mostFrames}, got ${to}`);
    }
    const { column, key } = await find(c);
    return bytes(c, column.values.subarray(from, to), `"${key}-${from}-${to}"`);
  });

  routes.get('/api/recordings/:recording/traces/:trace/ranges', async (c) => {
    const bins = z.coerce.number().int().min(1).max(mostBins);
    const query = readQuery(c, z.object({ from: frame, to: frame, bins }));
    if (query.to <= query.from) throw refusal(400, `to: must be above ${query.from}, got ${query.to}`);
    const { column, key } = await find(c);
    return bytes(c, rangesOfBins(column, query), `"${key}-${query.from}-${query.to}-${query.bins}"`);
  });

  return routes;
}
