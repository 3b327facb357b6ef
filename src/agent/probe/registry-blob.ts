import type { Check } from '../../model/check.ts';
import { answerFault } from './denied.ts';
import { isPage } from './http-fault.ts';
import { beginCheck } from './outcome.ts';
import type { Session } from './session.ts';

/** Reads one byte of the first layer, behind its redirect. The token never goes to another host. */
export const probeRegistryBlob = async (session: Session, signal: AbortSignal): Promise<Check> => {
  const check = beginCheck('registry.blob');
  const { image, layers } = session;
  const [layer] = layers ?? [];
  if (layer === undefined) {
    const code = layers === null && session.countsPulls ? 'costs-a-pull' : 'not-told';
    return check.fail({ code, detail: 'no layer is known to read from' });
  }
  const url = session.url(`${image?.repository ?? ''}/blobs/${layer.digest}`);
  const headers = { range: 'bytes=0-0' };
  const sent = await session.http.send({ method: 'GET', url, secrets: session.secrets, headers, maxBytes: 1 }, signal);
  const facts = { digest: layer.digest };
  if (!sent.ok) {
    const { fault } = sent;
    const failedAt = fault.facts?.['host'];
    const elsewhere = typeof failedAt === 'string' && failedAt !== url.host ? failedAt : null;
    if (elsewhere === null || ['cancelled', 'request-budget', 'redirect-loop', 'redirect-refused'].includes(fault.code))
      return check.fail(fault, facts);
    const detail = `${url.host} redirects to ${elsewhere}: ${fault.detail}`;
    return check.fail({ code: 'blob-host-unreachable', detail, facts: { host: elsewhere, reason: fault.code } }, facts);
  }
  const { status, redirects } = sent.value;
  const behind = redirects.at(-1) ?? null;
  const all = { ...facts, status, redirects, host: behind ?? url.host };
  if ((status === 200 || status === 206) && !isPage(sent.value))
    return check.pass(
      behind === null ? `one byte from ${url.host}` : `one byte from ${behind}, behind a redirect`,
      all,
    );
  if (status === 404)
    return check.fail({ code: 'blob-missing', detail: `${behind ?? url.host} does not have the layer (404)` }, all);
  const fault = answerFault(sent.value, session);
  if (behind === null) return check.fail(fault, all);
  return check.fail({ code: 'blob-host-unreachable', detail: fault.detail, facts: { reason: fault.code } }, all);
};
