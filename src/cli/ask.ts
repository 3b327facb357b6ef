import { limits } from '../model/limits.ts';
import { PullpathError } from '../model/error.ts';
import type { Page } from '../wire/api.ts';
import { pageSchema } from '../wire/api.ts';
import { problemSchema } from '../wire/problem.ts';
import { readJson, type Schema } from '../wire/read-json.ts';
import { openHttp, type HttpWay } from './http-transport.ts';
import { openKubectl, type KubectlWay } from './kubectl-transport.ts';
import { oneLine } from './output.ts';
import type { Reply, Transport } from './transport.ts';

/** Where to ask, and as whom. `asItIs` gives answers with all that the aggregator said, also what this program does not know. */
export type AskSettings = {
  way: ({ kind: 'http' } & HttpWay) | ({ kind: 'kubectl' } & KubectlWay);
  asItIs: boolean;
  signal: AbortSignal;
};

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
  /** Asks that something be done; null where the way there cannot carry that. */
  tell: (<Answer>(path: string, body: object, schema: Schema<Answer>) => Promise<Answer>) | null;
  /** An answer that goes on, after the event of an id; null where the way there cannot carry one. */
  follow: ((path: string, lastEventId: string | null) => Promise<AsyncIterable<Uint8Array>>) | null;
  close: () => Promise<void>;
};

const answerFault = ({ where, check }: Transport, why: string): PullpathError =>
  new PullpathError(
    'aggregator-answer',
    `what answers at ${where.replace('the aggregator at ', '')} is no pullpath aggregator (${why}); check ${check}`,
  );

/** The error of an answer that is not 200, by the code of its problem document. */
const refusal = (transport: Transport, { status, body }: Reply): PullpathError => {
  const problem = readJson(body, problemSchema);
  if (!problem.ok) return answerFault(transport, `HTTP ${status}`);
  const { code, title, detail } = problem.value;
  const says = oneLine(detail === '' ? title : detail);
  if (code === 'not-found') return new PullpathError('not-found', says);
  if (status >= 500)
    return new PullpathError('aggregator-unreachable', `${transport.where} cannot answer now: ${says}`);
  const hint = transport.takesToken && (status === 401 || status === 403) ? '; give --token-file' : '';
  return new PullpathError('aggregator-refused', `${transport.where} refuses: ${says} (${oneLine(code)})${hint}`);
};

const pathOf = (path: string, query: Record<string, string | null>): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as [string, string]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
};

const openTransport = (way: AskSettings['way'], signal: AbortSignal): Promise<Transport> =>
  way.kind === 'http' ? openHttp(way, signal) : Promise.resolve(openKubectl(way, signal));

/** Opens the way to an aggregator. */
export const openAsk = async ({ way, asItIs, signal }: AskSettings): Promise<Ask> => {
  const transport = await openTransport(way, signal);
  const one = async <Answer>({ path, query = {}, schema }: Question<Answer>): Promise<Answer> => {
    const reply = await transport.get(pathOf(path, query));
    if (reply.status !== 200) throw refusal(transport, reply);
    const answer = readJson(reply.body, schema);
    if (!answer.ok) throw answerFault(transport, answer.why);
    return asItIs ? (JSON.parse(reply.body) as Answer) : answer.value;
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
  const { stream, post } = transport;
  const tell = async <Answer>(path: string, body: object, schema: Schema<Answer>): Promise<Answer> => {
    const reply = (await post?.(path, JSON.stringify(body))) ?? { status: 0, body: '' };
    if (reply.status < 200 || reply.status > 299) throw refusal(transport, reply);
    const answer = readJson(reply.body, schema);
    if (!answer.ok) throw answerFault(transport, answer.why);
    return answer.value;
  };
  const follow = async (path: string, lastEventId: string | null): Promise<AsyncIterable<Uint8Array>> => {
    const answer = (await stream?.(path, lastEventId)) ?? { status: 0, body: '' };
    if ('status' in answer) throw refusal(transport, answer);
    return answer;
  };
  return {
    one,
    all,
    tell: post === null ? null : tell,
    follow: stream === null ? null : follow,
    close: transport.close,
  };
};
