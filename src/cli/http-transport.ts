import { readFileSync } from 'node:fs';
import { codeWords, systemWords } from '../lib/system-words.ts';
import { readTokens } from '../lib/token-file.ts';
import { version } from '../lib/version.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import type { Transport } from './transport.ts';

/** Where the aggregator is, as whom to come, and how to know it. */
export type HttpWay = { server: URL; tokenFile: string | null; caFile: string | null; serverName: string | null };

const untrusted = 'its certificate is of a CA that is not trusted here; give --ca-file';
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
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired; replace it (daemonset.yaml says how)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; give --server-name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS (is it http?)',
  EPROTO: 'it does not speak TLS (is it http?)',
};

/** System codes are under `cause` or, for a name with several addresses, in an AggregateError. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.message : codeOf(error.cause);
};

/** The address without a user and password that may be in it. */
const shown = (server: URL): string => `${server.origin}${server.pathname.replace(/\/$/, '')}`;

const unreachable = (server: URL, error: unknown): PullpathError => {
  const code = codeOf(error);
  const where = shown(server);
  const other = (why: string): PullpathError =>
    new PullpathError(
      'aggregator-answer',
      `what answers at ${where} is no pullpath aggregator (${why}); check --server`,
    );
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return other('its answer is too large');
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return other('the headers of its answer are too large');
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return other('it does not speak HTTP; is it https?');
  const perhaps = code === 'UND_ERR_SOCKET' && server.protocol === 'http:' ? ' (is it https?)' : '';
  return new PullpathError(
    'aggregator-unreachable',
    `the aggregator at ${where} does not answer: ${reasons[code] ?? codeWords(code)}${perhaps}; check that it runs, and --server`,
    { cause: error },
  );
};

const readCa = (path: string): string => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new PullpathError('option-invalid', `--ca-file ${path} cannot be read: ${systemWords(error)}`, {
      cause: error,
    });
  }
  // Node.js takes anything, trusts nobody by it, and blames the server.
  if (!/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(text))
    throw new PullpathError('option-invalid', `--ca-file ${path} holds no certificate in PEM; give the CA’s own`);
  return text;
};

/** The way over HTTP; the client is loaded only here. */
export const openHttp = async (way: HttpWay, signal: AbortSignal): Promise<Transport> => {
  const { server, tokenFile, caFile, serverName } = way;
  const [token] = tokenFile === null ? [] : readTokens(tokenFile);
  const tls = {
    ...(caFile === null ? {} : { ca: readCa(caFile) }),
    ...(serverName === null ? {} : { servername: serverName }),
  };
  // Its default export: in a bundle a CommonJS module that is loaded on demand has no other.
  const {
    default: { Agent, request },
  } = await import('undici');
  const common = { connect: { timeout: limits.askConnectMs, ...tls }, headersTimeout: limits.askMs };
  const asking = new Agent({ ...common, bodyTimeout: limits.askMs, maxResponseSize: limits.answerBytes });
  const following = new Agent({ ...common, bodyTimeout: limits.streamSilentMs });
  const headers = {
    'user-agent': `pullpath/${version}`,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const urlOf = (path: string): string => `${server.href.replace(/\/$/, '')}${path}`;
  const guarded = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    try {
      return await run();
    } catch (error) {
      throw unreachable(server, error);
    }
  };
  const get = (path: string): ReturnType<Transport['get']> =>
    guarded(async () => {
      const { statusCode, body } = await request(urlOf(path), {
        ...{ dispatcher: asking, signal, headers: { ...headers, accept: 'application/json' } },
      });
      return { status: statusCode, body: await body.text() };
    });
  const post = (path: string, text: string): ReturnType<Transport['get']> =>
    guarded(async () => {
      const json = { accept: 'application/json', 'content-type': 'application/json' };
      const { statusCode, body } = await request(urlOf(path), {
        ...{ dispatcher: asking, signal, method: 'POST', body: text, headers: { ...headers, ...json } },
      });
      return { status: statusCode, body: await body.text() };
    });
  const stream = (path: string, lastEventId: string | null): ReturnType<NonNullable<Transport['stream']>> =>
    guarded(async () => {
      const resume = lastEventId === null ? {} : { 'last-event-id': lastEventId };
      const { statusCode, body } = await request(urlOf(path), {
        ...{ dispatcher: following, signal, headers: { ...headers, ...resume, accept: 'text/event-stream' } },
      });
      return statusCode === 200 ? body : { status: statusCode, body: await body.text() };
    });
  return {
    where: `the aggregator at ${shown(server)}`,
    ...{ check: '--server', takesToken: true, get, post, stream },
    close: async () => {
      await Promise.all([asking.destroy(), following.destroy()]);
    },
  };
};
