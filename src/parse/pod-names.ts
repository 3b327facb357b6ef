import { namedImage, sameImage } from './named-image.ts';

/** Names that a pasted text tells of the pod: the page of `kubectl describe pod`, an event row, a log line. */
export type PodNames = {
  namespace?: string;
  pod?: string;
  container?: string;
  node?: string;
  image?: string;
  /** `deployment/web`, from `Controlled By:`. */
  workload?: string;
};

const hash = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/;

const workloadOf = (kind: string, name: string): string =>
  kind === 'ReplicaSet' && hash.test(name) ? `deployment/${name.replace(hash, '')}` : `${kind.toLowerCase()}/${name}`;

const waiting =
  /^\s{2,20}Reason:\s{1,20}(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)\s*$/;

/** A container of a `kubectl describe pod` page that waits for its image. */
export type WaitingContainer = { container: string; image: string | null; reason: string };

/** The containers of a `kubectl describe pod` page that wait for their images: each one's name stands two blanks deep. */
export const readWaiting = (page: string): WaitingContainer[] => {
  const found: WaitingContainer[] = [];
  let container: string | undefined;
  let image: string | null = null;
  for (const line of page.split('\n').slice(0, 2000)) {
    const name = /^ {2}([a-z0-9][a-z0-9-]{0,62}):\s*$/.exec(line)?.[1];
    if (name !== undefined) [container, image] = [name, null];
    image = /^ {4}Image: {1,20}(\S.{0,511}?)\s*$/.exec(line)?.[1] ?? image;
    const reason = waiting.exec(line)?.[1];
    if (reason !== undefined && container !== undefined) found.push({ container, image, reason });
  }
  return found;
};

const first = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1];

const readDescribe = (text: string, failed: string | null): PodNames => {
  const containers = readWaiting(text);
  const wanted = failed === null ? null : namedImage(failed);
  const one =
    containers.find(({ image }) => wanted !== null && image !== null && sameImage(namedImage(image), wanted)) ??
    containers[0];
  const names: PodNames = {};
  const pod = first(text, /^Name: {1,20}(\S{1,253})\s*$/m);
  const namespace = first(text, /^Namespace: {1,20}(\S{1,63})\s*$/m);
  const node = first(text, /^Node: {1,20}([^\s/]{1,253})/m);
  const owner = /^Controlled By: {1,20}(\w{1,40})\/(\S{1,253})\s*$/m.exec(text);
  if (one !== undefined) names.container = one.container;
  if (one?.image != null) names.image = one.image;
  if (pod !== undefined) names.pod = pod;
  if (namespace !== undefined) names.namespace = namespace;
  if (node !== undefined) names.node = node;
  if (owner) names.workload = workloadOf(owner[1] ?? '', owner[2] ?? '');
  return names;
};

/** Whether the text is a page of `kubectl describe pod`. */
export const isDescribePage = (text: string): boolean =>
  text.includes('Namespace: ') && /^Name: {1,20}\S/m.test(text) && /^Namespace: /m.test(text);

const eventRow = /\bWarning\s{1,20}\S{1,60}\s{1,20}[Pp]od\/([a-z0-9.-]{1,253})\s/;
const beforeEvent = /(?:^|\n)\s{0,8}([a-z0-9-]{1,63})\s{1,20}\S{1,20}\s{1,20}(?:\(x\d{1,9} over \S{1,20}\)\s{1,20})?$/;

/** A row of `kubectl get events`, with `-A` or without, or of `kubectl events`; rows may have been joined to one line. */
const readEventRow = (text: string): PodNames => {
  const row = eventRow.exec(text);
  if (!row) return {};
  const namespace = beforeEvent.exec(text.slice(Math.max(0, row.index - 160), row.index))?.[1];
  return { ...(namespace === undefined ? {} : { namespace }), pod: row[1] ?? '' };
};

/** What the text itself tells of the pod whose image `failed`; nothing that it does not. */
export const readPodNames = (text: string, failed: string | null = null): PodNames => {
  if (isDescribePage(text)) return readDescribe(text, failed);
  const names: PodNames = {};
  const logged = text.includes('pod="') ? /\bpod="([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})"/.exec(text) : null;
  const rolled = text.includes('in pod ') ? /\bin pod ([a-z0-9.-]{1,253})_([a-z0-9-]{1,63})\(/.exec(text) : null;
  const started = text.includes('StartContainer')
    ? /"StartContainer\\*" for \\*"([a-z0-9-]{1,63})\\*"/.exec(text)?.[1]
    : undefined;
  if (logged) [names.namespace, names.pod] = [logged[1] ?? '', logged[2] ?? ''];
  else if (rolled) [names.pod, names.namespace] = [rolled[1] ?? '', rolled[2] ?? ''];
  else if (text.includes('Warning')) Object.assign(names, readEventRow(text));
  if (started !== undefined) names.container = started;
  return names;
};
