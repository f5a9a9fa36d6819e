import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { type RangedColumn, rangesOfBins } from '../analysis/value-ranges.js';
import { createRoutes, readQuery, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';
import { createTraceLister } from '../traces/trace-list.js';
import { createTraceValues } from '../traces/trace-values.js';

/** Frames of one answer. */
const mostFrames = 2_097_152;

/** Bins of one answer. */
const mostBins = 65_536;

/** Who is content with a part gets what there is after so long, ms. */
const patienceMs = 700;

const partial = z.literal('1').optional();

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

  const answer = async (
    c: Context,
    { from, to, partial }: { readonly from: number; readonly to: number; readonly partial?: '1' | undefined },
    make: (column: RangedColumn) => { readonly values: Float32Array; readonly tag: string },
  ) => {
    const [recording, id] = [c.req.param('recording') ?? '', c.req.param('trace') ?? ''];
    const trace = (await listTraces(recording)).find(({ view }) => view.id === id);
    if (trace === undefined) throw refusal(404, `the recording ${recording} has no trace ${id.slice(0, 100)}`);
    const frames = { from, to: Math.min(to, trace.view.frameCount) };
    const found = await valuesOf(trace, {
      signal: c.req.raw.signal,
      ...(partial === undefined ? {} : { frames, patienceMs }),
    });
    const { values, tag } = make(found.column);
    c.header('content-type', 'application/octet-stream');
    if (found.underWay === undefined) {
      const etag = `"${found.key}-${tag}"`;
      c.header('etag', etag);
      c.header('cache-control', 'private, no-cache');
      if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    } else {
      const { share, secondsLeft } = found.underWay;
      c.header('cache-control', 'no-store');
      c.header('x-share', share.toFixed(4));
      if (secondsLeft !== null) c.header('x-seconds-left', secondsLeft.toFixed(1));
    }
    // A copy: more is written into a column that is under way.
    return c.body(values.slice().buffer);
  };

  routes.get('/api/recordings/:recording/traces', async (c) => {
    const traces = await listTraces(c.req.param('recording'));
    return c.json(traces.map(({ view }) => view));
  });

  routes.get('/api/recordings/:recording/traces/:trace', (c) => {
    const query = readQuery(c, z.object({ from: frame, to: frame, partial }));
    const { from, to } = query;
    if (to < from || to - from > mostFrames) {
      throw refusal(400, `to: must be from ${from} to ${from + mostFrames}, got ${to}`);
    }
    return answer(c, query, ({ values }) => ({ values: values.subarray(from, to), tag: `${from}-${to}` }));
  });

  routes.get('/api/recordings/:recording/traces/:trace/ranges', (c) => {
    const bins = z.coerce.number().int().min(1).max(mostBins);
    const query = readQuery(c, z.object({ from: frame, to: frame, bins, partial }));
    if (query.to <= query.from) throw refusal(400, `to: must be above ${query.from}, got ${query.to}`);
    const tag = `${query.from}-${query.to}-${query.bins}`;
    return answer(c, query, (column) => ({ values: rangesOfBins(column, query), tag }));
  });

  return routes;
}
