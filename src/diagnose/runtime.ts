/** The runtimes and tools whose files and commands differ. */
export type Runtime = 'containerd' | 'cri-o' | 'docker' | 'podman';

/** What a person types on a node of a runtime, and where it keeps what. */
export type RuntimeWords = {
  name: string;
  /** The program that pulls, lists and removes images there. */
  tool: string;
  prune: string;
  /** Its unit, and what `journalctl` takes for its log; containerd stands for what the text does not tell. */
  unit: string;
  log: string;
  /** Whether its processes run, by what it answers. */
  status: string;
  /** The processes whose environment holds the proxy. */
  process: string;
  /** Where it looks for a host's CA. */
  certs: string;
  config: string;
  /** Where images are kept, and what tells of the driver that keeps them. */
  store: string;
  storage: string;
  /** How to let a pull take longer; empty where nothing limits it. */
  patience: string;
};

/** Each runtime's words. podman reads the files of CRI-O (containers/image), and has no daemon. */
export const runtimes: Record<Runtime, RuntimeWords> = {
  containerd: {
    name: 'containerd',
    tool: 'crictl',
    prune: 'crictl rmi --prune',
    unit: 'containerd',
    log: '-u containerd -u crio',
    status:
      'systemctl status containerd crio --no-pager; crictl info >/dev/null && echo CRI answers; grep -n disabled_plugins /etc/containerd/config.toml',
    process: 'containerd crio',
    certs: '/etc/containerd/certs.d',
    config: 'config.toml',
    store: '/var/lib/containerd',
    storage: 'ctr plugins ls | grep snapshotter; journalctl -u containerd -g snapshot --since=-1h',
    patience: 'raise image_pull_progress_timeout in containerd; ',
  },
  'cri-o': {
    name: 'CRI-O',
    tool: 'crictl',
    prune: 'crictl rmi --prune',
    unit: 'crio',
    log: '-u crio',
    status: 'systemctl status crio --no-pager; crictl info >/dev/null && echo CRI answers',
    process: 'crio',
    certs: '/etc/containers/certs.d',
    config: 'crio.conf',
    store: '/var/lib/containers',
    storage: "cat /etc/containers/storage.conf; journalctl -u crio -g 'storage|overlay|layer' --since=-1h",
    patience: 'raise pull_progress_timeout in crio.conf; ',
  },
  docker: {
    name: 'docker',
    tool: 'docker',
    prune: 'docker image prune -a',
    unit: 'docker',
    log: '-u docker',
    status: 'systemctl status docker containerd --no-pager; docker info',
    process: 'dockerd',
    certs: '/etc/docker/certs.d',
    config: 'daemon.json',
    store: '/var/lib/docker',
    storage: "docker info | grep -iA4 storage; journalctl -u docker -g 'storage|overlay|layer' --since=-1h",
    patience: '',
  },
  podman: {
    name: 'podman',
    tool: 'podman',
    prune: 'podman image prune -a',
    unit: 'podman.socket',
    log: '-t podman',
    status: 'podman info',
    process: 'podman',
    certs: '/etc/containers/certs.d',
    config: 'containers.conf',
    store: '/var/lib/containers',
    storage: 'podman info --format "{{.Store}}"; cat /etc/containers/storage.conf',
    patience: '',
  },
};

/** podman, and its kin, say so or begin as they do. */
const podman =
  /\bpodman\b|^Trying to pull \S{1,300}\.\.\.|^Error: (?:initializing source|copying system image|unable to copy)/;
const crio = /\b(?:cri-?o|CRI-O)\b|\/etc\/crio\/|\/etc\/containers\/|\/var\/lib\/containers\//;
const docker = /\/etc\/docker\/|\/var\/lib\/docker\/|\bdocker\.sock\b|\bdaemon\.json\b|\bdockerd\b/;
/** Most texts have nothing of the three. */
const any = /podman|cri-?o\b|CRI-O|\/containers\/|docker(?:\/|\.sock|d\b)|daemon\.json|^Trying |^Error: /;

/** The runtime whose files these are; containerd where they tell none. */
export const runtimeOfFiles = (files: unknown[]): Runtime =>
  files.some(file => typeof file === 'string' && crio.test(file)) ? 'cri-o' : 'containerd';

/** A container that runs on the same node, on its pod's describe page. */
const running = /^\s{2,20}Container ID:\s{1,20}(containerd|cri-o|docker):\/\//m;

/** The runtime that a text is of, as its own words tell it (`words`), its files, or the page around it; containerd where none does. */
export const readRuntime = (text: string, page: string, words: Runtime): Runtime => {
  if (words === 'docker') return words;
  const has = any.test(text);
  if (has && podman.test(text)) return 'podman';
  if (words !== 'containerd') return words;
  if (has && docker.test(text)) return 'docker';
  if (has && crio.test(text)) return 'cri-o';
  return ((page.includes('Container ID:') ? running.exec(page)?.[1] : undefined) ?? words) as Runtime;
};
