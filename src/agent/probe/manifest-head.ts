import type { HttpAnswer } from './http-client.ts';
import type { Got } from './outcome.ts';
import type { Session } from './session.ts';

/** containerd's own list, in its order: without the index types some registries answer 404 or convert. */
export const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  '*/*',
].join(', ');

/** HEAD of the image's manifest with what token there is; the answer is kept while the token stays the same. */
export const headManifest = async (session: Session, signal: AbortSignal): Promise<Got<HttpAnswer>> => {
  const { image, secrets } = session;
  const reference = image?.digest ?? image?.tag ?? 'latest';
  const url = session.url(`${image?.repository ?? ''}/manifests/${reference}`);
  const sent = await session.http.send({ method: 'HEAD', url, secrets, headers: { accept: manifestTypes } }, signal);
  if (sent.ok) session.head = sent.value;
  return sent;
};
