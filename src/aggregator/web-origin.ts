import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemOf, type Problem } from '../wire/problem.ts';
import { isLoopback } from './auth/loopback.ts';
import { outcomeName } from './guard.ts';
import { sendProblem } from './problems.ts';

/** Whether a Host header names this very machine: a name or an address that no name server gives away. */
export const namesLoopback = (host: string): boolean => {
  const [, address, name] = /^(?:\[([\da-f:]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return isLoopback((address ?? name ?? '').toLowerCase());
};

/** What a browser says of where a request comes from; each is missing where another program sends it. */
export type Provenance = { host?: string | undefined; origin?: string | undefined; site?: string | undefined };

/**
 * Whether a browser sends this for a page of another site. `Sec-Fetch-Site` decides where there is one (W3C Fetch Metadata), as
 * it also holds behind a proxy that asks by another name; else `Origin` must be of the host that is asked.
 */
export const isFromOtherSite = ({ host = '', origin, site }: Provenance): boolean => {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  const asked = host.toLowerCase();
  return asked === '' || (origin.toLowerCase() !== `http://${asked}` && origin.toLowerCase() !== `https://${asked}`);
};

const only = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

const hostsOf = ({ raw: { rawHeaders } }: FastifyRequest): number =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;

/** Of a target in absolute form, which counts before the header (RFC 9112, 3.2.2); else of the header. */
const hostOf = ({ raw, headers }: FastifyRequest): string | undefined =>
  /^https?:\/\/([^/?#]*)/i.exec(raw.url ?? '')?.[1] ?? headers.host;

const problemIn = (request: FastifyRequest, isLocal: boolean): Problem | null => {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const host = hostOf(request);
  // RFC 9112, 3.2: two programs on the way could each believe another one.
  if (hostsOf(request) > 1) return problemOf('request-malformed', 'the request has more than one Host header');
  if (isLocal && host !== undefined && !namesLoopback(host))
    return problemOf(
      'host-refused',
      `Host "${host.slice(0, 100)}" is not this machine: with --auth none only localhost, 127.0.0.1 and [::1] are answered; ask by one of those`,
    );
  const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (!isSafe && isFromOtherSite({ host, origin, site: only(site) }))
    return problemOf(
      'origin-refused',
      `a browser sends this for a page of ${(origin ?? 'another site').slice(0, 100)}; only the aggregator’s own page may, and programs, which send no Origin`,
    );
  return null;
};

/**
 * Keeps web pages of other sites out, which make a browser on this machine or network ask in their name. `isLocal`: nobody has
 * to show who he is, and only this machine's programs get here; a page whose name leads to 127.0.0.1 (DNS rebinding) is known by it.
 */
export const refuseOtherSites = (app: FastifyInstance, isLocal: boolean): void => {
  app.addHook('onRequest', async (request, reply) => {
    const problem = problemIn(request, isLocal);
    if (problem === null) return undefined;
    request.setDecorator(outcomeName, problem.code);
    return sendProblem(reply, problem);
  });
};
