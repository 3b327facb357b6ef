import type { Check, Facts } from '../../model/check.ts';
import { chooseChallenge, type Challenge } from '../../parse/www-authenticate.ts';
import { getToken, showCredentials, tokenServiceOf } from './authorize.ts';
import { deniedFault } from './denied.ts';
import { headManifest } from './manifest-head.ts';
import { beginCheck, got, type Fault, type Got } from './outcome.ts';
import type { Session } from './session.ts';

/** The challenge to answer: the ping's, or what the manifest itself asks for. */
const findChallenge = async (session: Session, signal: AbortSignal): Promise<Got<Challenge | null>> => {
  if (session.challenge !== null || session.image === null) return got(session.challenge);
  const head = await headManifest(session, signal);
  if (!head.ok) return head;
  if (head.value.status === 401) session.challenge = chooseChallenge(head.value.challenges);
  return got(session.challenge);
};

/** A registry must not lead to this node's own services by naming one of them as its token service. */
const ofService = (fault: Fault): Fault =>
  fault.code === 'redirect-refused'
    ? { ...fault, code: 'realm-invalid', detail: `the registry names this node itself as its token service` }
    : fault;

/** Asks for a token, or shows user and password, as containerd does; only hosts and the file of the credentials are shown. */
export const probeRegistryToken = async (session: Session, signal: AbortSignal): Promise<Check> => {
  const check = beginCheck('registry.token');
  const found = await findChallenge(session, signal);
  if (!found.ok) return check.fail(found.fault);
  const challenge = found.value;
  if (challenge === null) return check.fail({ code: 'not-needed', detail: 'no token is asked for' });
  const service = challenge.scheme === 'bearer' ? tokenServiceOf(challenge, session) : null;
  if (challenge.scheme === 'bearer' && service === null)
    return check.fail({ code: 'realm-invalid', detail: 'the challenge names no token service' });
  const host = service?.url.host ?? session.base.host;
  const facts: Facts = { host, service: service?.service ?? null };
  const shown = await showCredentials(challenge, session, signal);
  if (shown?.ok === false) return check.fail(ofService(shown.fault), facts);
  if (shown?.ok === true) {
    const gives = service === null ? 'takes' : 'gives a token for';
    return check.pass(`${host} ${gives} the credentials of ${shown.value.source}`, { ...facts, ...shown.value.facts });
  }
  if (service === null)
    return check.fail({ code: 'not-needed', detail: 'user and password are asked for, no token' }, facts);
  const answer = await getToken(service, { session, credential: null }, signal);
  if (!answer.ok) return check.fail(ofService(answer.fault), facts);
  const { authorization, status } = answer.value;
  session.authorization = authorization;
  if (authorization !== null) return check.pass(`${host} gives a token to anybody`, facts);
  // Without an image there is no scope, and some services give no token for nothing: they answer, which was the question.
  if (session.image === null) return check.pass(`${host} answers ${status}`, { ...facts, status });
  if (status !== 401 && status !== 403)
    return check.fail({ code: 'unexpected-status', detail: `${host} answers ${status}` }, { ...facts, status });
  return check.fail(deniedFault(`${host} gives no token (${status})`, session, 'token-refused'), { ...facts, status });
};
