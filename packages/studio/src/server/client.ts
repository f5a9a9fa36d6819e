import type { StudioApi, StudioProblem, StudioRoute } from 'zoopraxis';

type Part<Route extends StudioRoute, Name extends string> = StudioApi[Route] extends {
  readonly [K in Name]: infer Value;
}
  ? Value
  : undefined;

type PathNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** What a route needs: names for its path, a query, a body. */
export type CallOptions<Route extends StudioRoute> = {
  readonly signal?: AbortSignal;
} & ([PathNames<Route>] extends [never] ? unknown : { readonly path: Readonly<Record<PathNames<Route>, string>> }) &
  (Part<Route, 'query'> extends undefined ? unknown : { readonly query: Part<Route, 'query'> }) &
  (Part<Route, 'body'> extends undefined ? unknown : { readonly body: Part<Route, 'body'> });

/** Says what the server refused, in its own words. */
export class ServerRefusal extends Error {
  /** HTTP status; 0 where the server could not be reached. */
  readonly status: number;
  readonly hint: string | null;

  /** Takes the answer's status and the problem in its body. */
  constructor(status: number, { message, hint }: StudioProblem) {
    super(message);
    this.name = 'ServerRefusal';
    this.status = status;
    this.hint = hint;
  }
}

async function refusalOf(response: Response): Promise<ServerRefusal> {
  const problem = await response.json().then(
    (body: Partial<StudioProblem>) => body,
    () => ({}) as Partial<StudioProblem>,
  );
  const message = problem.message ?? `the server answered ${response.status} ${response.statusText}`;
  return new ServerRefusal(response.status, { message, hint: problem.hint ?? null });
}

/** Throws what says that the server went away, before its answer or in the midst of it. */
function lostConnection(cause: unknown): never {
  if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
  throw new ServerRefusal(0, {
    message: 'the server cannot be reached',
    hint: 'Is `zoopraxis studio` still running? Start it again and open the link that it prints.',
  });
}

async function send(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...request, credentials: 'same-origin' }).catch(lostConnection);
  if (!response.ok) throw await refusalOf(response);
  return response;
}

/**
 * Returns what a route of the server answers.
 * @throws ServerRefusal where it refuses or cannot be reached.
 */
export async function call<Route extends StudioRoute>(
  route: Route,
  options: CallOptions<Route>,
): Promise<StudioApi[Route]['response']> {
  const {
    path = {},
    query = {},
    body,
    signal,
  } = options as {
    path?: Record<string, string>;
    query?: Record<string, string | undefined>;
    body?: unknown;
    signal?: AbortSignal;
  };
  const [method = 'GET', template = ''] = route.split(' ');
  const filled = template.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(path[name] as string));
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  const response = await send(filled + search, {
    method,
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return (await response.json().catch(lostConnection)) as StudioApi[Route]['response'];
}

/** Bytes that the server may not have computed all of yet. */
export interface PartialBytes {
  readonly bytes: ArrayBuffer;
  /** How far the server is, where something is missing; else undefined. */
  readonly underWay: { readonly share: number; readonly secondsLeft: number | null } | undefined;
}

/**
 * Returns the bytes that a binary route answers, as far as they are computed.
 * @throws ServerRefusal where it refuses or cannot be reached.
 */
export async function callPartialBytes(
  path: `/api/${string}`,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PartialBytes> {
  const response = await send(path, signal === undefined ? {} : { signal });
  const [share, left] = [response.headers.get('x-share'), response.headers.get('x-seconds-left')];
  const underWay =
    share === null ? undefined : { share: Number(share), secondsLeft: left === null ? null : Number(left) };
  return { bytes: await response.arrayBuffer(), underWay };
}

/**
 * Returns the bytes that a binary route answers.
 * @throws ServerRefusal where it refuses or cannot be reached.
 */
export async function callBytes(
  path: `/api/${string}`,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ArrayBuffer> {
  const response = await send(path, signal === undefined ? {} : { signal });
  return response.arrayBuffer().catch(lostConnection);
}
