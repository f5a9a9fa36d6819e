import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { JobView, StudioEvent } from '../api.js';
import { createRoutes } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Milliseconds between two signs of life, without which a dead connection is not noticed. */
const heartbeatMs = 15_000;
/** Events that may wait for a page that does not read; then it is let go, and comes back for the present state. */
const mostWaiting = 2000;

/**
 * Returns the route of server-sent events. Who connects, for the first time or again, gets the present state first, so that
 * nothing has to be kept for those who were away.
 */
export function eventRoutes(
  context: ServerContext,
  { jobs, beatMs = heartbeatMs }: { readonly jobs: () => readonly JobView[]; readonly beatMs?: number },
): Hono {
  return createRoutes().get('/api/events', (c) => {
    c.header('cache-control', 'no-store');
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, async (stream) => {
      const waiting: { event: StudioEvent; id: number }[] = [];
      let [wake, isOver] = [() => {}, false];
      const end = () => {
        isOver = true;
        wake();
      };
      const stop = context.events.listen((event, id) => {
        waiting.push({ event, id });
        if (event.kind === 'stopping' || waiting.length > mostWaiting) isOver = true;
        wake();
      });
      stream.onAbort(end);
      const id = context.events.lastId;
      try {
        await stream.write('retry: 1000\n\n');
        const send = (event: StudioEvent, number: number) =>
          stream.writeSSE({ data: JSON.stringify(event), id: String(number) });
        await send({ kind: 'project', revision: context.revision }, id);
        for (const job of jobs()) await send({ kind: 'job', job }, id);
        while (!isOver || (waiting.length > 0 && waiting.length <= mostWaiting)) {
          const next = waiting.shift();
          if (next !== undefined) {
            await send(next.event, next.id);
            continue;
          }
          const isBeat = await new Promise<boolean>((resolve) => {
            const timer = setTimeout(() => resolve(true), beatMs);
            wake = () => {
              clearTimeout(timer);
              resolve(false);
            };
            if (isOver || waiting.length > 0) wake();
          });
          // An event, for comments are not told to the page: it must notice a connection that died while it slept.
          if (isBeat) await stream.write('event: alive\ndata: 1\n\n');
        }
      } finally {
        stop();
      }
    });
  });
}
