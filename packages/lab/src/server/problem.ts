import { DomainError, StorageError } from '@zoopraxis/core';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { describeError } from '../jobs/report-error.js';
import type { StudioProblem } from './api.js';
import { pageProblem } from './page-words.js';

/** Returns what a route throws to refuse a request: a status, a sentence, and how to mend it. */
export function refusal(status: ContentfulStatusCode, message: string, hint: string | null = null): HTTPException {
  return new HTTPException(status, { message, cause: { hint } });
}

/** Returns an empty set of routes that answer errors as {@link StudioProblem}. */
export function createRoutes(): Hono {
  return new Hono().onError((error, c) => problemResponse(c, error)).notFound((c) => notFound(c));
}

/** Returns the answer to a request that no route takes. */
export function notFound(c: Context): Response {
  return c.json({ message: `there is no ${c.req.method} ${c.req.path}`, hint: null } satisfies StudioProblem, 404);
}

/** Returns the answer that tells an error: 4xx where the user can mend it, 500 without its stack for what nobody expected. */
export function problemResponse(c: Context, error: unknown): Response {
  // Who asked has gone: nobody reads the answer, and giving up is no fault.
  if (c.req.raw.signal.aborted) return new Response(null, { status: 499 });
  const { status, problem } = problemOf(error);
  return c.json(problem, status);
}

/** How messages of errors begin that the engine throws under the same name: nobody meant them for a user. */
const ofEngine = /^(Maximum call stack|Invalid (array|string|typed array)|Array buffer|WebAssembly)/;

/** What a disk refuses for a reason that lies outside of the edit, and may pass: full, gone, without permission, failing. */
const passing = new Set([
  ...['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EBUSY', 'EMFILE', 'ENFILE', 'ESTALE', 'ENOENT', 'EFBIG'],
  ...['ENODEV', 'ENXIO', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENOTCONN'],
]);

/** Returns status and body of the answer that tells an error. */
export function problemOf(error: unknown): { status: ContentfulStatusCode; problem: StudioProblem } {
  if (error instanceof HTTPException) {
    const hint = (error.cause as { hint?: unknown } | undefined)?.hint;
    return { status: error.status, problem: { message: error.message, hint: typeof hint === 'string' ? hint : null } };
  }
  // Pages keep the edit and try again.
  if (error instanceof StorageError && passing.has(String((error.cause as { code?: unknown } | undefined)?.code))) {
    return { status: 507, problem: pageProblem({ message: error.message, hint: error.hint ?? null }) };
  }
  if (error instanceof DomainError) {
    return { status: 422, problem: pageProblem({ message: error.message, hint: error.hint ?? null }) };
  }
  // Wrong arguments of ours name option, requirement and value, and hold no more than the page sent.
  if (error instanceof RangeError && !ofEngine.test(error.message))
    return { status: 400, problem: { message: error.message, hint: null } };
  if (error instanceof Error && error.name === 'AbortError') {
    return { status: 503, problem: { message: 'the server is stopping', hint: 'Start it again.' } };
  }
  const { data } = describeError(error, { command: 'zoopraxis studio', debug: false });
  return { status: 500, problem: { message: data.message, hint: data.hint ?? null } };
}

/** Returns the JSON body of a request after checking it; throws a refusal with status 400 that names what does not fit. */
export async function readBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw refusal(415, 'the body must be application/json');
  const text = await c.req.text();
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw refusal(400, 'the body is no JSON');
  }
  return checked('body', data, schema);
}

/** Returns the query of a request after checking it; numbers come as text, so schemas use `z.coerce`. */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.output<Schema> {
  return checked('query', c.req.query(), schema);
}

function checked<Schema extends z.ZodType>(what: string, data: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${[what, ...path].join('.')}: ${message}`);
  throw refusal(400, issues.join('; '));
}
