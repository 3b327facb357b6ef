import type { Check } from '../../model/check.ts';
import { chooseChallenge, type Challenge } from '../../parse/www-authenticate.ts';
import { statusFault } from './http-fault.ts';
import { headManifest } from './manifest-head.ts';
import { beginCheck, failed, got, type Got } from './outcome.ts';
import type { Session } from './session.ts';

/** The challenge to answer: the ping's, or what the manifest itself asks for. */
const findChallenge = async (session: Session, signal: AbortSignal): Promise<Got<Challenge | null>> => {
  if (session.challenge !== null || session.image === null) return got(session.challenge);
  const head = await headManifest(session, signal);
  if (!head.ok) return head;
  return got(head.value.status === 401 ? chooseChallenge(head.value.challenges) : null);
};

/** The token service's URL with the scopes that containerd asks for: its own and the challenge's, sorted. */
const tokenUrl = ({ params }: Challenge, session: Session): URL | null => {
  const url = URL.parse(params['realm'] ?? '');
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  const own = session.image === null ? [] : [`repository:${session.image.repository}:pull`];
  const scopes = [...own, ...(params['scope'] ?? '').split(' ')].filter(scope => scope !== '');
  for (const scope of [...new Set(scopes)].sort()) url.searchParams.append('scope', scope);
  if (params['service'] !== undefined) url.searchParams.set('service', params['service']);
  return url;
};

const tokenIn = (body: string): string | null => {
  try {
    const { access_token: access, token } = JSON.parse(body) as { access_token?: unknown; token?: unknown };
    const found = typeof access === 'string' && access !== '' ? access : token;
    // A token is sent back in a header: one that would not go there is none.
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : null;
  } catch {
    return null;
  }
};

/** Asks the token service that the registry names for an anonymous token; only its host is shown, never the token. */
export const probeRegistryToken = async (session: Session, signal: AbortSignal): Promise<Check> => {
  const check = beginCheck('registry.token');
  const found = await findChallenge(session, signal);
  if (!found.ok) return check.fail(found.fault);
  const challenge = found.value;
  if (challenge?.scheme !== 'bearer') {
    const detail = challenge === null ? 'no token is asked for' : 'user and password are asked for, no token';
    return check.fail({ code: 'not-needed', detail });
  }
  const url = tokenUrl(challenge, session);
  if (url === null) return check.fail({ code: 'realm-invalid', detail: 'the challenge names no token service' });
  const facts = { host: url.host, service: challenge.params['service'] ?? null };
  const sent = await session.http.send({ method: 'GET', url, headers: { accept: 'application/json' } }, signal);
  if (!sent.ok) return check.fail(sent.fault, facts);
  const { status, body } = sent.value;
  if (status >= 200 && status < 300) {
    session.token = tokenIn(body);
    if (session.token !== null) return check.pass(`${url.host} gives a token to anybody`, facts);
    const { fault } = failed('token-malformed', `${url.host} answers ${status}, but with no token in it`);
    return check.fail(fault, facts);
  }
  const refused = [400, 401, 403, 404].includes(status);
  // Without an image there is no scope, and some services give no token for nothing: they answer, which was the question.
  if (refused && session.image === null) return check.pass(`${url.host} answers ${status}`, { ...facts, status });
  if (refused && (status === 401 || status === 403))
    return check.fail(
      { code: 'token-refused', detail: `${url.host} gives no token without credentials (${status})` },
      facts,
    );
  return check.fail(statusFault(sent.value), facts);
};
