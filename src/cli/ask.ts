import { choiceOption, optionalTextOption, switchOption, urlOption } from '../lib/option-kinds.ts';
import { readTokens } from '../lib/token-file.ts';
import { version } from '../lib/version.ts';
import { limits } from '../model/limits.ts';
import { PullpathError } from '../model/error.ts';
import type { Page } from '../wire/api.ts';
import { pageSchema } from '../wire/api.ts';
import { problemSchema } from '../wire/problem.ts';
import { readJson, type Schema } from '../wire/read-json.ts';
import { oneLine } from './output.ts';

/** The options of every command that asks the aggregator. */
export const askOptions = {
  server: urlOption({ flag: 'server', help: 'where the aggregator is', fallback: 'http://127.0.0.1:8470' }),
  tokenFile: optionalTextOption({
    flag: 'token-file',
    help: 'the token to show, on the first line',
    placeholder: 'FILE',
  }),
  output: choiceOption({
    flag: 'output',
    help: 'a table of 100 columns, all of it, or JSON; also -o',
    choices: ['table', 'wide', 'json'],
    fallback: 'table',
  }),
  fail: switchOption({ flag: 'fail', help: 'end with 1 where there are findings' }),
};

/** Where to ask, and as whom. */
export type AskSettings = { server: URL; tokenFile: string | null; signal: AbortSignal };

/** A question: a path below the server, its query without what is null, and the schema of the answer. */
export type Question<Answer> = {
  path: string;
  query?: Record<string, string | null>;
  schema: Schema<Answer>;
};

/** Asks an aggregator; fails with `not-found`, `aggregator-refused`, `aggregator-answer` or `aggregator-unreachable`. */
export type Ask = {
  one: <Answer>(question: Question<Answer>) => Promise<Answer>;
  /** All pages of a list. */
  all: <Item>(question: Question<Item>) => Promise<Item[]>;
  close: () => Promise<void>;
};

type Reply = { status: number; body: string };

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ECONNRESET: 'it cut the connection',
  UND_ERR_SOCKET: 'it cut the connection',
  UND_ERR_CONNECT_TIMEOUT: `it did not answer within ${limits.askConnectMs / 1000} s`,
  UND_ERR_HEADERS_TIMEOUT: `it did not answer within ${limits.askMs / 1000} s`,
  UND_ERR_BODY_TIMEOUT: `it stopped in the middle of its answer`,
};

/** System codes are under `cause` or, for a name with several addresses, in an AggregateError. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.message : codeOf(error.cause);
};

/** The address without a user and password that may be in it. */
const shown = (server: URL): string => `${server.origin}${server.pathname.replace(/\/$/, '')}`;

const answerFault = (server: URL, why: string): PullpathError =>
  new PullpathError(
    'aggregator-answer',
    `what answers at ${shown(server)} is no pullpath aggregator (${why}); check --server`,
  );

const unreachable = (server: URL, error: unknown): PullpathError => {
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return answerFault(server, 'its answer is too large');
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return answerFault(server, 'it does not speak HTTP; is it https?');
  return new PullpathError(
    'aggregator-unreachable',
    `the aggregator at ${shown(server)} does not answer: ${reasons[code] ?? code}; check that it runs, and --server`,
    { cause: error },
  );
};

/** The error of an answer that is not 200, by the code of its problem document. */
const refusal = (server: URL, { status, body }: Reply): PullpathError => {
  const problem = readJson(body, problemSchema);
  if (!problem.ok) return answerFault(server, `HTTP ${status}`);
  const { code, title, detail } = problem.value;
  const says = oneLine(detail === '' ? title : detail);
  if (code === 'not-found') return new PullpathError('not-found', says);
  if (status >= 500)
    return new PullpathError('aggregator-unreachable', `the aggregator at ${shown(server)} cannot answer now: ${says}`);
  const hint = status === 401 || status === 403 ? '; give --token-file' : '';
  return new PullpathError(
    'aggregator-refused',
    `the aggregator at ${shown(server)} refuses: ${says} (${oneLine(code)})${hint}`,
  );
};

const urlOf = (server: URL, path: string, query: Record<string, string | null>): string => {
  const url = new URL(`${server.href.replace(/\/$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
};

/** Opens the way to an aggregator; the HTTP client is loaded only here. */
export const openAsk = async ({ server, tokenFile, signal }: AskSettings): Promise<Ask> => {
  const [token] = tokenFile === null ? [] : readTokens(tokenFile);
  // Its default export: in a bundle a CommonJS module that is loaded on demand has no other.
  const {
    default: { Agent, request },
  } = await import('undici');
  const dispatcher = new Agent({
    connect: { timeout: limits.askConnectMs },
    headersTimeout: limits.askMs,
    bodyTimeout: limits.askMs,
    maxResponseSize: limits.answerBytes,
  });
  const headers = {
    accept: 'application/json',
    'user-agent': `pullpath/${version}`,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const fetchReply = async (url: string): Promise<Reply> => {
    try {
      const { statusCode, body } = await request(url, { dispatcher, headers, signal });
      return { status: statusCode, body: await body.text() };
    } catch (error) {
      throw unreachable(server, error);
    }
  };
  const one = async <Answer>({ path, query = {}, schema }: Question<Answer>): Promise<Answer> => {
    const reply = await fetchReply(urlOf(server, path, query));
    if (reply.status !== 200) throw refusal(server, reply);
    const answer = readJson(reply.body, schema);
    if (!answer.ok) throw answerFault(server, answer.why);
    return answer.value;
  };
  const all = async <Item>(question: Question<Item>): Promise<Item[]> => {
    const items: Item[] = [];
    const schema = pageSchema(question.schema);
    let cursor: string | null = null;
    do {
      const query: Record<string, string | null> = { ...question.query, limit: String(limits.listMax), cursor };
      const page: Page<Item> = await one({ path: question.path, query, schema });
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  };
  return { one, all, close: () => dispatcher.destroy() };
};
