import { join } from 'node:path';
import { root } from '../test/house/source-tree.ts';
import { startBox, type Box } from '../test/lab/box.ts';
import { connectCri } from '../test/lab/cri.ts';
import { startKubelet, type Kubelet } from '../test/lab/pods.ts';
import { freePort } from '../test/lab/ports.ts';
import { startDaemon, waitFor } from '../test/lab/process.ts';
import type { OutageHost, RecoverSite } from './recover-site.ts';
import type { OutageKind } from './recover-kinds.ts';
import { imageCommand } from './stand.ts';

/** A line of the node's journal; time is journald's, epoch milliseconds. */
export type NodeLine = { at: number; unit: string; text: string };

/** A node with a real containerd and journald, the stand-in kubelet and, where wanted, the agent. */
export type RecoverBox = {
  box: Box;
  kubelet: Kubelet;
  /** By the kubelet's own lines: when each pod ran. */
  ranAt: ReadonlyMap<string, number>;
  /** Until the agent has walked every registry that it knows; at once without an agent. */
  ready(): Promise<void>;
  lines(): Promise<NodeLine[]>;
  stop(): Promise<void>;
};

export type RecoverBoxOptions = {
  name: string;
  kind: OutageKind;
  hosts: readonly OutageHost[];
  /** Where the aggregator is; null for a node without pullpath. */
  aggregator: string | null;
};

const runs = 'Observed pod startup duration';

/** What daemonset.yaml mounts of a node, as far as a box has it. */
const mountHost = `
set -e
host="$0/host"
mkdir -p "$host/etc" "$host$0/private/containerd"
mount --bind /etc "$host/etc"
mount --rbind "$0/private/containerd" "$host$0/private/containerd"
exec "$@"
`;

const smallDisk = ['sh', '-c', 'mkdir -p "$0" && mount -t tmpfs -o size=64m tmpfs "$0" && exec "$@"'];

type Entry = { __REALTIME_TIMESTAMP: string; _SYSTEMD_UNIT?: string; MESSAGE: unknown };

const lineOf = (json: string): NodeLine => {
  const { __REALTIME_TIMESTAMP: micros, _SYSTEMD_UNIT: unit = '', MESSAGE: text } = JSON.parse(json) as Entry;
  return {
    at: Number(micros) / 1000,
    unit: unit.replace(/^.*-|\.service$/g, ''),
    text: typeof text === 'string' ? text : '',
  };
};

/** Follows the lines that say that a pod runs. */
const followPods = (box: Box): { ranAt: Map<string, number>; stop(): Promise<void> } => {
  const ranAt = new Map<string, number>();
  const [unit = 'kubelet'] = box.journald.units;
  const where = ['-D', box.journald.directory, '-u', unit, '-g', runs];
  const daemon = startDaemon(box.namespace.enter(['journalctl', '-f', '-n', 'all', '-o', 'json', ...where]));
  let rest = '';
  daemon.child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const { at, text } of lines.filter(line => line !== '').map(lineOf)) {
      const pod = / pod="default\/([^"]+)"/.exec(text)?.[1];
      if (pod !== undefined) ranAt.set(pod, at);
    }
  });
  return { ranAt, stop: () => daemon.stop() };
};

const environmentOf = (site: RecoverSite, { node }: OutageKind): Record<string, string> =>
  node === 'proxied' ? { HTTPS_PROXY: site.proxyUrl } : {};

const pairs = (environment: Record<string, string>): string[] =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`);

/** Starts the agent on the node as the image does; gives the URL of its health. */
const startAgent = async ({ box, name, aggregator }: { box: Box; name: string; aggregator: string }) => {
  const { flags, env } = imageCommand();
  const listen = `127.0.0.1:${await freePort('127.0.0.1', [0])}`;
  const options = [
    ...[`--aggregator-url=${aggregator}`, `--listen=${listen}`, `--data-dir=${join(box.dir, 'agent')}`],
    ...[`--journal-dir=${box.journald.directory}`, ...box.journald.units.map(unit => `--journal-unit=${unit}`)],
    ...[`--cri-socket=${box.containerd.socket}`, `--node-name=${name}`, `--host-root=${join(box.dir, 'host')}`],
  ];
  const program = [process.execPath, ...flags, join(root, 'dist/pullpath.js'), 'agent', ...options];
  const mounted = ['sh', '-c', mountHost, box.dir, 'env', ...pairs(env), ...program];
  const daemon = await box.journald.start('pullpath', mounted);
  return { daemon, url: `http://${listen}/readyz` };
};

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    response => response.ok,
    () => false,
  );

/** The runtime's socket is there a moment before its services are, and stays so where its CRI plugin could not be loaded. */
const servesImages = async ({ containerd }: Box): Promise<void> => {
  const cri = connectCri(containerd.socket);
  const serves = (): Promise<boolean> =>
    cri.has('any').then(
      () => true,
      () => false,
    );
  await waitFor('the image service of containerd', serves, { every: 250 }).finally(() => cri.close());
};

/** Starts a node for outages of one kind. */
export const startRecoverBox = async (site: RecoverSite, options: RecoverBoxOptions): Promise<RecoverBox> => {
  const { name, kind, hosts, aggregator } = options;
  await using undo = new AsyncDisposableStack();
  const environment = environmentOf(site, kind);
  const box = await startBox({
    wrap: (command, data) => {
      const all = ['env', ...pairs(environment), ...command];
      return kind.node === 'small disk' ? [...smallDisk, join(data, 'root'), ...all] : all;
    },
  });
  undo.defer(() => box.stop());
  await servesImages(box);
  const { namespace, journald } = box;
  await namespace.write('/etc/resolv.conf', `nameserver ${site.nameserver}\n`);
  const unit = ['[Service]', 'ExecStart=/usr/bin/containerd', ...pairs(environment).map(pair => `Environment=${pair}`)];
  await namespace.write('/etc/systemd/system/containerd.service', `${unit.join('\n')}\n`);
  if (kind.trusted)
    for (const { at } of hosts) await namespace.write(`/etc/containerd/certs.d/${at}/ca.crt`, site.ca.pem);
  const kubelet = await startKubelet(box, { timeScale: 1, secrets: {} });
  undo.defer(() => kubelet.daemon.stop());
  const followed = followPods(box);
  undo.defer(() => followed.stop());
  const agent = aggregator === null ? null : await startAgent({ box, name, aggregator });
  if (agent !== null) undo.defer(() => agent.daemon.stop());
  const stack = undo.move();
  return {
    ...{ box, kubelet, ranAt: followed.ranAt },
    async ready() {
      if (agent === null) return;
      await waitFor(`agent of ${name}`, () => answers(agent.url), {
        daemon: agent.daemon,
        within: 240_000,
        every: 1_000,
      });
    },
    async lines() {
      const [kubeletUnit = 'kubelet'] = journald.units;
      const services = ['kubelet', 'containerd', 'pullpath'];
      const units = services.flatMap(service => ['-u', kubeletUnit.replace('kubelet', service)]);
      const text = await journald.journalctl('-o', 'json', '-a', ...units);
      return text
        .split('\n')
        .filter(line => line !== '')
        .map(lineOf);
    },
    stop: () => stack.disposeAsync(),
  };
};
