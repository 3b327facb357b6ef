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
  /^\s{2,20}Reason:\s{1,20}(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)\s*$/;

/** The container that waits for its image in a `kubectl describe pod` page: its name stands two blanks deep. */
const readContainer = (lines: string[]): { container?: string; image?: string } => {
  let container: string | undefined;
  let image: string | undefined;
  for (const line of lines) {
    const name = /^ {2}([a-z0-9][a-z0-9-]{0,62}):\s*$/.exec(line)?.[1];
    if (name !== undefined) [container, image] = [name, undefined];
    image = /^ {4}Image: {1,20}(\S{1,512})\s*$/.exec(line)?.[1] ?? image;
    if (waiting.test(line) && container !== undefined) return { container, ...(image === undefined ? {} : { image }) };
  }
  return {};
};

const first = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1];

const readDescribe = (text: string): PodNames => {
  const names: PodNames = readContainer(text.split('\n').slice(0, 2000));
  const pod = first(text, /^Name: {1,20}(\S{1,253})\s*$/m);
  const namespace = first(text, /^Namespace: {1,20}(\S{1,63})\s*$/m);
  const node = first(text, /^Node: {1,20}([^\s/]{1,253})/m);
  const owner = /^Controlled By: {1,20}(\w{1,40})\/(\S{1,253})\s*$/m.exec(text);
  if (pod !== undefined) names.pod = pod;
  if (namespace !== undefined) names.namespace = namespace;
  if (node !== undefined) names.node = node;
  if (owner) names.workload = workloadOf(owner[1] ?? '', owner[2] ?? '');
  return names;
};

/** A row of `kubectl get events -A`. */
const eventRow =
  /^\s{0,8}([a-z0-9-]{1,63})\s{1,20}\S{1,20}\s{1,20}Warning\s{1,20}\S{1,60}\s{1,20}pod\/([a-z0-9.-]{1,253})\s/m;

/** What the text itself tells of the pod; nothing that it does not. */
export const readPodNames = (text: string): PodNames => {
  if (text.includes('Namespace: ') && /^Name: {1,20}\S/m.test(text) && /^Namespace: /m.test(text))
    return readDescribe(text);
  const names: PodNames = {};
  const logged = text.includes('pod="') ? /\bpod="([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})"/.exec(text) : null;
  const rolled = text.includes('in pod ') ? /\bin pod ([a-z0-9.-]{1,253})_([a-z0-9-]{1,63})\(/.exec(text) : null;
  const started = text.includes('StartContainer')
    ? /"StartContainer\\*" for \\*"([a-z0-9-]{1,63})\\*"/.exec(text)?.[1]
    : undefined;
  const row = text.includes('Warning') ? eventRow.exec(text) : null;
  if (logged) [names.namespace, names.pod] = [logged[1] ?? '', logged[2] ?? ''];
  else if (rolled) [names.pod, names.namespace] = [rolled[1] ?? '', rolled[2] ?? ''];
  else if (row) [names.namespace, names.pod] = [row[1] ?? '', row[2] ?? ''];
  if (started !== undefined) names.container = started;
  return names;
};
