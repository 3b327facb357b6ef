import type { HttpAnswer } from './http-client.ts';
import { statusFault } from './http-fault.ts';
import type { Fault } from './outcome.ts';
import type { Session } from './session.ts';

/** What a registry that refuses does not tell: to a stranger most answer the same whether an image is there or not. */
const limitOf = ({ image }: Session): string =>
  image === null ? '' : `; whether ${image.repository} is there, it does not tell`;

/** A refusal by what was shown: credentials that are not enough, none that may be sent, or none at all. `words` names who refuses. */
export const deniedFault = (words: string, session: Session, otherwise: Fault['code']): Fault => {
  const { used, withheld, credentials } = session;
  const end = limitOf(session);
  if (used !== null) {
    const detail = `${words} with the credentials of ${used.source}${end}`;
    return { code: 'credentials-refused', detail, facts: used.facts };
  }
  if (withheld !== null) return { code: 'credentials-withheld', detail: `${words} without credentials; ${withheld}` };
  const [fault] = credentials.faults;
  if (fault !== undefined)
    return { code: 'credential-provider-failed', detail: `${words} without credentials; ${fault}${end}` };
  return { code: otherwise, detail: `${words} without credentials${end}` };
};

/** What kept an answer of the registry from being a good one; 401 and 403 by what was shown. */
export const answerFault = (answer: HttpAnswer, session: Session): Fault => {
  const { status, url } = answer;
  const plain = statusFault(answer);
  // Behind a redirect nothing was shown, and nothing is told about credentials.
  if ((status !== 401 && status !== 403) || url.host !== session.base.host) return plain;
  const fault = deniedFault(`${url.host} answers ${status}`, session, plain.code);
  return { ...fault, facts: { ...plain.facts, ...fault.facts } };
};
