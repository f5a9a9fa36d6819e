import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import { problemResponse, refusal } from './problem.js';

/** Largest body of a request, bytes: an edit of a million bouts fits. */
export const bodyLimitBytes = 16 * 2 ** 20;

/** How long the browser may take to open, ms. */
const ticketMs = 120_000;

/** Who may talk to a server, and as whom. */
export interface Gate {
  /** In the link: opens the page once and more, as long as the server runs. */
  readonly linkToken: string;
  /** In the link that opens the browser: it stands in the list of processes, which all users of a computer can read, and so opens the page once. */
  readonly ticket: string;
  /** Tells whether a token is the ticket, for the first time and soon after it was made. */
  takeTicket(given: string | undefined): boolean;
  /** In the cookie: never shown. */
  readonly sessionToken: string;
  /** Name of the cookie; holds the port, for browsers share cookies among the ports of a computer. */
  readonly cookieName: string;
  /** Values of the `Host` header that are ours, in lower case. */
  readonly hosts: ReadonlySet<string>;
}

/** Returns the gate of a server that listens at a host and port, with new tokens of 256 bits. */
export function createGate({ host, port }: { readonly host: string; readonly port: number }): Gate {
  const token = () => randomBytes(32).toString('base64url');
  const ticket = token();
  const until = performance.now() + ticketMs;
  let isTaken = false;
  return {
    linkToken: token(),
    ticket,
    takeTicket(given) {
      if (!isSameToken(given, ticket) || isTaken || performance.now() > until) return false;
      isTaken = true;
      return true;
    },
    sessionToken: token(),
    cookieName: `zoopraxis-${port}`,
    hosts: new Set(namesOf(host).map((name) => `${name}:${port}`)),
  };
}

/** Returns the names by which a server at an address is reached: never any name, or a page could rebind one to us. */
function namesOf(host: string): string[] {
  const own = ['127.0.0.1', 'localhost', '[::1]'];
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (['127.0.0.1', 'localhost', '::1'].includes(bare)) return own;
  const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);
  if (bare !== '0.0.0.0' && bare !== '::') return [bracketed(bare)];
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  return [...own, hostname().toLowerCase(), ...addresses.map((address) => bracketed(address.split('%')[0] as string))];
}

/** Tells whether two texts are equal, in a time that does not depend on where they differ. */
export function isSameToken(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected)) && given !== undefined;
}

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  // Component libraries set styles from scripts; no style can send anything away, for all sources are ours.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * Policy of pages that training and evaluation wrote, and that anyone may have put into the project: their own script sorts
 * tables, in an origin of its own that holds no cookie and from which nothing can be asked for.
 */
export const reportPolicy =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; media-src data:; font-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/** Returns what sets the headers that every answer has; a route's own policy stays. */
export function safeHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    const isReport = headers.get('content-security-policy') === reportPolicy;
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', pagePolicy);
    headers.set('x-content-type-options', 'nosniff');
    headers.set('referrer-policy', 'no-referrer');
    // Browsers refuse to show a sandboxed page in a tab of its own together with this.
    if (!isReport) headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), usb=(), serial=()');
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  };
}

/** Returns what refuses a name of this computer that is not ours: a page of a stranger whose name now leads here. */
export function ownHost({ hosts }: Gate): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase() ?? '';
    if (hosts.has(host)) return next();
    return problemResponse(c, refusal(421, 'this server has another name', 'Open the link that it printed.'));
  };
}

/** Returns what refuses requests that another page makes its visitor's browser send. */
export function ownOrigin(): MiddlewareHandler {
  return async (c, next) => {
    const [origin, site, mode] = ['origin', 'sec-fetch-site', 'sec-fetch-mode'].map((name) => c.req.header(name));
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    // The host was checked before; the scheme is always ours.
    const isOwn = origin === undefined ? undefined : origin === `http://${c.req.header('host')}`;
    // A link to the page may be followed from anywhere: it carries the token, or meets the closed door.
    const isPlainVisit = isRead && mode === 'navigate' && !c.req.path.startsWith('/api/');
    const isSiteOwn = site === undefined ? undefined : site === 'same-origin' || (isRead && site === 'none');
    const good =
      isOwn !== false && (isSiteOwn !== false || isPlainVisit) && (isRead || isOwn === true || site === 'same-origin');
    if (good) return next();
    return problemResponse(c, refusal(403, 'requests of other pages are refused'));
  };
}

/** Returns what lets only those in who hold the cookie, and gives it to those who come with the link's token. */
export function needToken(gate: Gate): MiddlewareHandler {
  return async (c, next) => {
    if (isSameToken(getCookie(c, gate.cookieName), gate.sessionToken)) {
      // The token does not stay in the address, where shoulders and screenshots read it.
      if (c.req.path === '/' && c.req.query('token') !== undefined) return c.redirect('/', 303);
      return next();
    }
    const isVisit = c.req.path === '/' && c.req.method === 'GET';
    const token = c.req.query('token');
    if (isVisit && (isSameToken(token, gate.linkToken) || gate.takeTicket(token))) return admit(c, gate);
    if (isVisit) return c.html(closedDoor, 401);
    return problemResponse(
      c,
      refusal(401, 'the token is missing or wrong', 'Open the link that `zoopraxis studio` printed.'),
    );
  };
}

function admit(c: Context, { cookieName, sessionToken }: Gate): Response {
  c.header('set-cookie', `${cookieName}=${sessionToken}; Path=/; HttpOnly; SameSite=Strict`);
  const site = c.req.header('sec-fetch-site');
  if (site === undefined || site === 'none' || site === 'same-origin') return c.redirect('/', 303);
  // Browsers keep a strict cookie back from a redirect that began on another page; a step of our own page is fine.
  return c.html('<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>Zoopraxis</title>');
}

const closedDoor = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Zoopraxis</title>
<body style="font: 16px/1.5 system-ui; margin: 4rem auto; max-width: 34rem">
<h1>This page needs its link</h1>
<p>Open the link that <code>zoopraxis studio</code> printed in the terminal; it ends with <code>?token=…</code> and is new
each time the studio starts.</p></body></html>`;

/** Returns what refuses bodies that are larger than anything the page sends. */
export function limitBody(): MiddlewareHandler {
  return bodyLimit({
    maxSize: bodyLimitBytes,
    onError: (c) =>
      problemResponse(c, refusal(413, `the body is larger than ${bodyLimitBytes / 2 ** 20} MiB`, 'Send it in parts.')),
  });
}
