import type { Challenge } from '../../parse/www-authenticate.ts';
import type { Credential } from '../credentials/credential.ts';
import { deniedFault } from './denied.ts';
import type { HttpAnswer } from './http-client.ts';
import { statusFault } from './http-fault.ts';
import { headManifest } from './manifest-head.ts';
import { failed, got, type Fault, type Got } from './outcome.ts';
import type { Session } from './session.ts';

/** The token service that a challenge names, with what is to be asked of it. */
export type TokenService = { url: URL; service: string | null; scopes: string[] };

/** The token service with the scopes that containerd asks for, its own and the challenge's, sorted; null where it names none. */
export const tokenServiceOf = ({ params }: Challenge, { image }: Session): TokenService | null => {
  const url = URL.parse(params['realm'] ?? '');
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  const own = image === null ? [] : [`repository:${image.repository}:pull`];
  const scopes = [...own, ...(params['scope'] ?? '').split(' ')].filter(scope => scope !== '');
  return { url, service: params['service'] ?? null, scopes: [...new Set(scopes)].sort() };
};

const tokenIn = ({ body, url }: HttpAnswer, names: readonly string[]): Got<string> => {
  try {
    const json = JSON.parse(body) as Record<string, unknown> | null;
    const found = names.map(name => json?.[name]).find(value => typeof value === 'string' && value !== '');
    // A token is sent back in a header: one that would not go there is none.
    if (typeof found === 'string' && /^[\x21-\x7e]+$/.test(found)) return got(`Bearer ${found}`);
  } catch {
    // Said below: what cannot be read holds no token.
  }
  return failed('token-malformed', `${url.host} answers, but with no token in it`);
};

const accept = { accept: 'application/json' };

/** The headers of hosts.toml go along to a token service on the registry's own host alone; containerd 2.1 sends them to any. */
const headersFor = (url: URL, { base, secrets }: Session): Record<string, string | string[]> => {
  const headers = Object.entries(secrets).filter(([name]) => name !== 'authorization');
  return url.origin === base.origin ? Object.fromEntries(headers) : {};
};

/** A token by GET, as anybody or with a user and password; null where it is refused. */
export const getToken = async (
  { url, service, scopes }: TokenService,
  { session, credential }: { session: Session; credential: Credential | null },
  signal: AbortSignal,
): Promise<Got<{ authorization: string | null; status: number }>> => {
  const asked = new URL(url);
  for (const scope of scopes) asked.searchParams.append('scope', scope);
  if (service !== null) asked.searchParams.set('service', service);
  const secrets = {
    ...headersFor(url, session),
    ...(credential === null ? {} : { authorization: credential.basic() }),
  };
  const sent = await session.http.send({ method: 'GET', url: asked, headers: accept, secrets }, signal);
  if (!sent.ok) return sent;
  const { status } = sent.value;
  if ([400, 401, 403, 404].includes(status)) return got({ authorization: null, status });
  if (status < 200 || status >= 300) return { ok: false, fault: statusFault(sent.value) };
  const token = tokenIn(sent.value, ['access_token', 'token']);
  return token.ok ? got({ authorization: token.value, status }) : token;
};

/** containerd asks by POST first; where a service takes none, it answers one of these, and is asked by GET. */
const takesNoPost = (status: number, credential: Credential): boolean =>
  [400, 401, 404].includes(status) || (status === 405 && credential.isNamed) || (status >= 300 && status < 400);

const tokenFor = async (
  to: TokenService,
  how: { session: Session; credential: Credential },
  signal: AbortSignal,
): Promise<Got<string | null>> => {
  const { url, service, scopes } = to;
  const form = {
    client_id: 'containerd-client',
    ...how.credential.grant(),
    ...(service === null ? {} : { service }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  };
  const secrets = headersFor(url, how.session);
  const sent = await how.session.http.send({ method: 'POST', url, headers: accept, secrets, form }, signal);
  if (!sent.ok) return sent;
  const { status } = sent.value;
  if (status >= 200 && status < 300) return tokenIn(sent.value, ['access_token']);
  if (status === 403) return got(null);
  if (!takesNoPost(status, how.credential)) return { ok: false, fault: statusFault(sent.value) };
  const answer = await getToken(to, how, signal);
  return answer.ok ? got(answer.value.authorization) : answer;
};

/** Whether the registry itself takes a user and password. */
const basicFor = async (credential: Credential, session: Session, signal: AbortSignal): Promise<Got<string | null>> => {
  session.authorization = credential.basic();
  const { secrets } = session;
  const ping = () => session.http.send({ method: 'GET', url: session.url(''), secrets }, signal);
  const sent = await (session.image === null ? ping() : headManifest(session, signal));
  if (!sent.ok) return sent;
  return got(sent.value.status === 401 ? null : credential.basic());
};

/** Why credentials must not go to this address, in words; null where they may, as containerd would send them. */
const barrierTo = (url: URL, { plain, host, tls, base }: Session): string | null => {
  if (url.protocol === 'http:' && !plain) return `${url.host} is named with plain HTTP`;
  const unproven = host.skipVerify && url.protocol === 'https:';
  if (unproven && (url.origin !== base.origin || (tls?.faults.length ?? 1) > 0))
    return `whether ${url.host} is what it says is not verified`;
  return null;
};

/**
 * Shows this host's credentials to whom the challenge names, one after the other from where the last try ended; the first
 * that is taken is kept for all requests to this host. Null where there is none left.
 */
export const showCredentials = async (
  challenge: Challenge,
  session: Session,
  signal: AbortSignal,
): Promise<Got<Credential> | null> => {
  const service = challenge.scheme === 'bearer' ? tokenServiceOf(challenge, session) : null;
  if (challenge.scheme === 'bearer' && service === null) return null;
  const to = service?.url ?? session.base;
  const barrier = session.untried.length === 0 ? null : barrierTo(to, session);
  if (barrier !== null) {
    session.untried.length = 0;
    session.withheld = `those of this node are not sent: ${barrier}`;
  }
  let refused: Fault | null = null;
  for (let credential = session.untried.shift(); credential !== undefined; credential = session.untried.shift()) {
    session.used = credential;
    session.head = null;
    const given = await (service === null
      ? basicFor(credential, session, signal)
      : tokenFor(service, { session, credential }, signal));
    if (!given.ok) return given;
    session.authorization = given.value;
    if (given.value !== null) return got(credential);
    refused = deniedFault(`${to.host} refuses`, session, 'token-refused');
  }
  return refused === null ? null : { ok: false, fault: refused };
};
