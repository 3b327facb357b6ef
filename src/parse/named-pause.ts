/** Header lines by their lower-case names. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

const secondMs = 1000;

const textOf = (headers: Headers, name: string): string => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
};

/** Seconds from now, seconds since 1970 (a number that large is no wait), or a date; milliseconds from `now`. */
const readTime = (text: string, now: number): number | null => {
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) {
    const seconds = Number(text);
    return Math.max(seconds >= 1e9 ? seconds * secondMs - now : seconds * secondMs, 0);
  }
  // Date.parse takes `-5` for a year.
  const at = /^[A-Za-z]|^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : Math.max(at - now, 0);
};

/** Retry-After (RFC 9110, 10.2.3): how long to wait, milliseconds; null where there is none or it makes no sense. */
export const readRetryAfter = (value: string | undefined, now: number): number | null => {
  const text = value?.trim() ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text) * secondMs;
  return readTime(text, now);
};

/** `100;w=21600`, `limit=100, remaining=0, reset=50`, `"default";r=0;t=50`: one number of it. */
const parameter = (text: string, names: string): number | null => {
  const [, found] = new RegExp(`(?:^|[;,\\s])(?:${names})=(\\d{1,12})`).exec(text) ?? [];
  return found === undefined ? null : Number(found);
};

const left = (headers: Headers): number | null => {
  for (const name of ['ratelimit-remaining', 'x-ratelimit-remaining']) {
    const [found] = /^\d{1,12}/.exec(textOf(headers, name)) ?? [];
    if (found !== undefined) return Number(found);
  }
  return parameter(textOf(headers, 'ratelimit'), 'r|remaining');
};

/**
 * When a spent limit is filled up again, milliseconds from `now`: RateLimit-Reset and its kin (drafts of the IETF: seconds;
 * GitHub and Docker’s API: seconds since 1970), else the end of the window that Docker Hub tells, the latest that it can be.
 * Null where the answer tells of no limit, or of one that is not spent.
 */
export const readLimitReset = (headers: Headers, now: number): number | null => {
  if ((left(headers) ?? 0) > 0) return null;
  for (const name of ['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset']) {
    const at = readTime(textOf(headers, name), now);
    if (at !== null) return at;
  }
  const reset = parameter(textOf(headers, 'ratelimit'), 't|reset');
  const window =
    parameter(textOf(headers, 'ratelimit-remaining'), 'w') ?? parameter(textOf(headers, 'ratelimit-limit'), 'w');
  const seconds = reset ?? window;
  return seconds === null ? null : seconds * secondMs;
};

/**
 * How long an answer asks to be left alone, milliseconds; null where it names no time. Retry-After goes before what is said of
 * a limit (RFC 6585, 4); a server that is not well (5xx) names only the former. Dates are by the server's own clock.
 */
export const readPause = (status: number, headers: Headers, now: number): number | null => {
  if (status !== 429 && status < 500) return null;
  const told = Date.parse(textOf(headers, 'date'));
  const at = Number.isNaN(told) ? now : told;
  const after = readRetryAfter(textOf(headers, 'retry-after'), at) ?? readTime(textOf(headers, 'x-retry-after'), at);
  if (after !== null || status !== 429) return after;
  return readLimitReset(headers, at);
};
