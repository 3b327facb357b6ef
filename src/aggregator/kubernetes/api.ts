import type { Agent } from 'undici';
import { codeWords } from '../../lib/system-words.ts';
import { version } from '../../lib/version.ts';
import { limits } from '../../model/limits.ts';
import type { ApiAccount } from './account.ts';

/** What the API server answered, or why there is no answer: a system code or one of undici's. */
export type ApiReply = { kind: 'answer'; status: number; body: unknown } | { kind: 'unreachable'; code: string };

/** Why there is no answer, in words. */
export const whyUnreachable = ({ code }: Extract<ApiReply, { kind: 'unreachable' }>): string =>
  `the API server does not answer: ${codeWords(code)}`;

/** Plain calls to a Kubernetes API server; nothing is watched. */
export type KubernetesApi = {
  get: (path: string, signal?: AbortSignal) => Promise<ApiReply>;
  /** A list of which only the objects' metadata comes (Kubernetes, PartialObjectMetadataList). */
  metadata: (path: string, signal?: AbortSignal) => Promise<ApiReply>;
  post: (path: string, body: unknown, signal?: AbortSignal) => Promise<ApiReply>;
  close: () => Promise<void>;
};

const readReply = async (body: AsyncIterable<Buffer>): Promise<unknown> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limits.kubernetesAnswerBytes) throw Object.assign(new Error('answer too large'), { code: 'TOO_LARGE' });
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    return null;
  }
};

const codeOf = (error: unknown): string => {
  const { code, name, cause } = error as NodeJS.ErrnoException;
  return code ?? (cause === undefined ? name : codeOf(cause));
};

type Connection = { account: ApiAccount; agent: Agent; since: number };

const connect = async (account: ApiAccount, since: number): Promise<Connection> => {
  const {
    default: { Agent },
  } = await import('undici');
  const tls = {
    ...(account.ca === null ? {} : { ca: account.ca }),
    ...(account.pair === null ? {} : { cert: account.pair.cert, key: account.pair.key }),
  };
  const agent = new Agent({
    connections: limits.kubernetesConnections,
    connect: { timeout: limits.kubernetesMs, ...tls },
    headersTimeout: limits.kubernetesMs,
    bodyTimeout: limits.kubernetesMs,
  });
  return { account, agent, since };
};

type Call = {
  method: 'GET' | 'POST';
  path: string;
  accept?: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
};

const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

const send = async (
  { account, agent }: Connection,
  { method, path, body, signal, accept = 'application/json' }: Call,
): Promise<ApiReply> => {
  const { token, server } = account;
  const reply = await agent.request({
    ...{ origin: server.origin, path: `${server.pathname.replace(/\/$/, '')}${path}`, method },
    headers: {
      accept,
      'user-agent': `pullpath-aggregator/${version}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  return { kind: 'answer', status: reply.statusCode, body: await readReply(reply.body as AsyncIterable<Buffer>) };
};

/**
 * Opens the way to the API server. The account is read again after `limits.kubernetesAccountMs` and after a 401, so that a
 * replaced token or CA is taken up without a restart.
 */
export const openKubernetesApi = (readAccount: () => Promise<ApiAccount>, now: () => number): KubernetesApi => {
  let connection: Promise<Connection> | null = null;

  const held = async (): Promise<Connection | null> => (connection === null ? null : connection.catch(() => null));

  const forget = async (used: Connection): Promise<void> => {
    if ((await held()) === used) connection = null;
    // Requests under way end first.
    void used.agent.close().catch(() => undefined);
  };

  const current = async (): Promise<Connection> => {
    const used = await held();
    if (used !== null && now() - used.since < limits.kubernetesAccountMs) return used;
    if (used !== null) await forget(used);
    return (connection ??= readAccount().then(account => connect(account, now())));
  };

  const call = async (given: Call): Promise<ApiReply> => {
    try {
      const used = await current();
      const reply = await send(used, given);
      if (reply.kind === 'answer' && reply.status === 401) await forget(used);
      return reply;
    } catch (error) {
      if ((await held()) === null) connection = null;
      return { kind: 'unreachable', code: codeOf(error) };
    }
  };

  return {
    get: (path, signal) => call({ method: 'GET', path, signal }),
    metadata: (path, signal) => call({ method: 'GET', path, signal, accept: metadataOnly }),
    post: (path, body, signal) => call({ method: 'POST', path, body, signal }),
    close: async () => {
      const used = await held();
      connection = null;
      await used?.agent.destroy();
    },
  };
};
