import type { Check } from '../../model/check.ts';
import { showCredentials } from './authorize.ts';
import { answerFault } from './denied.ts';
import { errorCodes, isPage } from './http-fault.ts';
import type { HttpAnswer } from './http-client.ts';
import { headManifest } from './manifest-head.ts';
import { nearestTag } from './nearest-tag.ts';
import { beginCheck, got, type Fault } from './outcome.ts';
import type { Session } from './session.ts';

const tagsIn = (body: string): string[] => {
  // A list that was cut at the bound is read as far as it goes.
  const [, list = ''] = /"tags"\s*:\s*\[([^\]]*)/.exec(body) ?? [];
  return [...list.matchAll(/"(\w[\w.-]{0,127})"/g)].map(([, tag = '']) => tag);
};

/** Which of the two is missing: a registry that lists the repository's tags knows the repository. */
const notFound = async (session: Session, signal: AbortSignal): Promise<Fault> => {
  const { image, secrets } = session;
  const repository = image?.repository ?? '';
  const wanted = image?.digest ?? image?.tag ?? '';
  const url = session.url(`${repository}/tags/list`);
  const listed = await session.http.send({ method: 'GET', url, secrets }, signal);
  const facts = { repository, reference: wanted };
  const unclear: Fault = { code: 'manifest-not-found', detail: `${repository}:${wanted} is not there`, facts };
  if (!listed.ok) return unclear;
  const { status, body } = listed.value;
  const names = errorCodes(body);
  if (status === 404 && (names.includes('NAME_UNKNOWN') || names.length === 0 || names.includes('NOT_FOUND')))
    return { code: 'repository-not-found', detail: `there is no repository ${repository}`, facts };
  if (status !== 200) return unclear;
  const tags = tagsIn(body);
  const nearest = image?.digest == null ? nearestTag(wanted, tags) : null;
  const hint = nearest === null ? '' : `; there is ${nearest}`;
  return {
    code: 'tag-not-found',
    detail: `${repository} is there, ${wanted} is not${hint}`,
    facts: { ...facts, nearest, tags: tags.slice(0, 20) },
  };
};

const tooLarge = 4 * 1048 * 1048;

/** What containerd would not take of a manifest that is served. */
const servedFault = (answer: HttpAnswer): Fault | null => {
  const type = answer.headers['content-type'] ?? '';
  const facts = { mediaType: type.slice(0, 200) };
  if (isPage(answer))
    return { code: 'not-a-registry', detail: `${answer.url.host} answers with a page, not with a manifest`, facts };
  if (/manifest\.v1\+(?:json|prettyjws)/.test(type) && type.includes('docker'))
    return { code: 'manifest-unsupported', detail: 'a schema 1 manifest, which containerd takes no more', facts };
  if (Number(answer.headers['content-length'] ?? 0) > tooLarge)
    return { code: 'manifest-unsupported', detail: 'the manifest is larger than containerd reads', facts };
  return null;
};

/** Asks for the image's manifest by HEAD, which counts as a pull nowhere, and tells a missing repository from a missing tag. */
export const probeRegistryManifest = async (session: Session, signal: AbortSignal): Promise<Check> => {
  const check = beginCheck('registry.manifest');
  const kept = session.authorization === null ? session.head : null;
  let sent = kept === null ? await headManifest(session, signal) : got(kept);
  // The kubelet goes on with the next credentials that it has for the image.
  while (sent.ok && (sent.value.status === 401 || sent.value.status === 403) && session.challenge !== null) {
    const shown = session.used === null ? null : await showCredentials(session.challenge, session, signal);
    if (shown === null) break;
    sent = shown.ok ? await headManifest(session, signal) : shown;
  }
  if (!sent.ok) return check.fail(sent.fault);
  const { status, headers } = sent.value;
  if (status === 404) return check.fail(await notFound(session, signal));
  if (status !== 200 && status !== 405) return check.fail(answerFault(sent.value, session));
  const fault = status === 200 ? servedFault(sent.value) : null;
  if (fault !== null) return check.fail(fault);
  const told = headers['docker-content-digest'];
  session.digest = typeof told === 'string' && /^[a-z0-9]+:[a-f0-9]{32,128}$/.test(told) ? told : null;
  const mediaType = (headers['content-type'] ?? '').slice(0, 200);
  const digest = session.digest ?? session.image?.digest ?? null;
  return check.pass(digest ?? 'there, digest not told', { digest, mediaType });
};
