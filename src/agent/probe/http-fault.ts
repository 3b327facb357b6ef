import type { HttpAnswer } from './http-client.ts';
import type { Fault } from './outcome.ts';

/** An HTML page where a registry would give JSON: a sign-in page, a portal, a load balancer's default. */
export const isPage = ({ headers, body }: HttpAnswer): boolean =>
  /^text\/html\b|^application\/xhtml/i.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html)\b/i.test(body);

/** What kept an answer from being a good one, by its status alone. */
export const statusFault = (answer: HttpAnswer): Fault => {
  const { status, url, pauseMs } = answer;
  const retryAfterSeconds = pauseMs === undefined ? null : Math.ceil(pauseMs / 1000);
  const facts = { status, host: url.host, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) };
  const wait = retryAfterSeconds === null ? '' : `, try again after ${retryAfterSeconds} s`;
  if (status === 429) return { code: 'rate-limited', detail: `${url.host} answers 429${wait}`, facts };
  if (status === 401) return { code: 'auth-required', detail: `${url.host} wants credentials (401)`, facts };
  if (status === 403) return { code: 'forbidden', detail: `${url.host} answers 403 without credentials`, facts };
  if (status >= 500) return { code: 'registry-error', detail: `${url.host} answers ${status}${wait}`, facts };
  if (isPage(answer))
    return { code: 'not-a-registry', detail: `${url.host} answers ${status} with a page, not as a registry`, facts };
  return { code: 'unexpected-status', detail: `${url.host} answers ${status}`, facts };
};

/** The first message of a registry's error body (OCI distribution, errors), or null. */
export const errorCodes = (body: string): string[] => {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown };
    if (!Array.isArray(errors)) return [];
    return errors.flatMap((error: unknown) => {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
      return typeof code === 'string' ? [code] : [];
    });
  } catch {
    return [];
  }
};
