import { logLevels } from '../lib/log.ts';
import {
  choiceOption,
  durationOption,
  integerOption,
  listenOption,
  listOption,
  optionalSocketOption,
  optionalTextOption,
  switchOption,
  textOption,
  urlOption,
} from '../lib/option-kinds.ts';
import type { OptionValues } from '../lib/options.ts';

/** Where kubelet and runtime log on the platforms known: kubeadm and most, k3s, RKE2, MicroK8s, CRI-O. */
const defaultUnits = [
  'kubelet',
  'containerd',
  'crio',
  'k3s',
  'k3s-agent',
  'rke2-server',
  'rke2-agent',
  'snap.microk8s.daemon-kubelite',
  'snap.microk8s.daemon-containerd',
];

/** The agent's options. */
export const agentOptions = {
  nodeName: optionalTextOption({
    flag: 'node-name',
    help: 'name of this node',
    placeholder: 'NAME',
    alsoEnv: 'NODE_NAME',
    defaultText: 'the host name',
  }),
  aggregatorUrl: urlOption({
    flag: 'aggregator-url',
    help: 'where reports go',
    fallback: 'http://127.0.0.1:8470',
  }),
  tokenFile: optionalTextOption({
    flag: 'token-file',
    help: 'bearer token for the aggregator, read anew for each report',
    placeholder: 'FILE',
  }),
  aggregatorName: optionalTextOption({
    flag: 'aggregator-name',
    help: 'the name that the aggregator’s certificate must be for',
    placeholder: 'NAME',
    defaultText: 'the URL’s host',
  }),
  caFile: optionalTextOption({
    flag: 'ca-file',
    help: 'PEM of the CAs that sign the aggregator’s certificate',
    placeholder: 'FILE',
  }),
  criSocket: optionalSocketOption({
    flag: 'cri-socket',
    help: 'socket of the container runtime, such as unix:///run/containerd/containerd.sock',
    placeholder: 'SOCKET',
    defaultText: 'the first that exists of containerd, CRI-O, k3s and RKE2, MicroK8s',
  }),
  hostRoot: textOption({ flag: 'host-root', help: 'where the node’s files are', placeholder: 'DIR', fallback: '/' }),
  journalUnit: listOption({
    flag: 'journal-unit',
    help: 'units of the journal to follow',
    placeholder: 'UNIT',
    fallback: defaultUnits,
  }),
  journalDir: optionalTextOption({
    flag: 'journal-dir',
    help: 'directory of journal files',
    placeholder: 'DIR',
    defaultText: 'the node’s own below var/log/journal or run/log/journal',
  }),
  journalLookback: durationOption({
    flag: 'journal-lookback',
    help: 'how far back the journal is read on a first start',
    min: '0s',
    max: '30d',
    fallback: '6h',
  }),
  kubeletLogFile: optionalTextOption({
    flag: 'kubelet-log-file',
    help: 'the kubelet’s log file, where there is no journal',
    placeholder: 'FILE',
  }),
  probeInterval: durationOption({
    flag: 'probe-interval',
    help: 'how often the path to each registry this node knows is walked; 0: only when a pull fails',
    min: '30s',
    max: '24h',
    fallback: '5m',
    off: true,
  }),
  credentialProviders: switchOption({
    flag: 'credential-providers',
    help: 'run the kubelet’s credential provider plugins for the walk, as the kubelet does for a pull',
  }),
  retry: choiceOption({
    flag: 'retry',
    help: 'what may be pulled: nothing, a newly failing image once, or also what its path heals for (docs/recover.md)',
    choices: ['off', 'confirm', 'recover'],
    fallback: 'recover',
  }),
  retryCredentials: optionalTextOption({
    flag: 'retry-credentials',
    help: 'Docker configuration with the only credentials that the agent’s own pulls may use; read anew for each',
    placeholder: 'FILE',
  }),
  listen: listenOption({
    flag: 'listen',
    help: 'where health, metrics and the report are served',
    fallback: { host: '127.0.0.1', port: 8471 },
  }),
  dataDir: textOption({
    flag: 'data-dir',
    help: 'where unsent reports and the journal’s position are kept',
    placeholder: 'DIR',
    fallback: '/var/lib/pullpath',
  }),
  spoolMax: integerOption({
    flag: 'spool-max',
    help: 'bytes of unsent reports that are kept at most',
    placeholder: 'BYTES',
    min: 65_536,
    max: 1_073_741_824,
    fallback: 16_777_216,
  }),
  heartbeat: durationOption({
    flag: 'heartbeat',
    help: 'longest time between two reports',
    min: '1s',
    max: '10m',
    fallback: '30s',
  }),
  logLevel: choiceOption({ flag: 'log-level', help: 'least that is logged', choices: logLevels, fallback: 'info' }),
};

export type AgentOptions = OptionValues<typeof agentOptions>;
