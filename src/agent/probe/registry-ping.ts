import type { Check } from '../../model/check.ts';
import { chooseChallenge } from '../../parse/www-authenticate.ts';
import { isPage, statusFault } from './http-fault.ts';
import { beginCheck } from './outcome.ts';
import type { Session } from './session.ts';

/** `GET /v2/`: 200 and 401 are healthy, unless what answers is a page. */
export const probeRegistryPing = async (session: Session, signal: AbortSignal): Promise<Check> => {
  const check = beginCheck('registry.ping');
  const url = session.url('');
  const sent = await session.http.send({ method: 'GET', url, secrets: session.secrets }, signal);
  if (!sent.ok) return check.fail(sent.fault);
  const answer = sent.value;
  const { status } = answer;
  const plainToTls = session.plain && status === 400 && /https/i.test(answer.body);
  if (plainToTls)
    return check.fail({ code: 'plain-http-to-tls', detail: `${url.host} wants TLS, and plain HTTP is configured` });
  const facts = { status, url: url.href, redirects: answer.redirects };
  session.challenge = chooseChallenge(answer.challenges);
  const healthy = (status === 200 && !isPage(answer)) || (status === 401 && session.challenge !== null);
  if (healthy)
    return check.pass(
      status === 200 ? '200' : `401, asks for ${session.challenge?.scheme ?? ''} as registries do`,
      facts,
    );
  const strange = status === 200 || status === 401;
  const fault = statusFault(answer);
  if (!strange) return check.fail(fault, facts);
  const detail = `${answer.url.host} answers ${status} ${isPage(answer) ? 'with a page' : 'without a challenge'}, not as a registry`;
  return check.fail({ code: 'not-a-registry', detail, facts: { host: answer.url.host } }, facts);
};
