import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { root, textOf } from '../house/source-tree.ts';
import { startContainerd } from '../lab/containerd.ts';
import { journalFromExport } from '../lab/journald.ts';
import { startNamespace } from '../lab/namespace.ts';
import { startDaemon, waitFor, type Daemon } from '../lab/process.ts';
import { buildImage } from './image.ts';
import { ociConfig, type PodSpec } from './oci-config.ts';

// The image and the manifests, for real: the image is built from the Dockerfile, and both containers run under runc with the
// user, arguments, mounts and read-only root that daemonset.yaml gives them, on a recorded journal and a real containerd.

// Building takes two minutes; the runner's own limit is for tests that hang.
t.setTimeout(900_000);

type Manifest = { kind: string; metadata: { name: string }; spec: { template: { spec: PodSpec } } };

const token = 'a-token-for-this-run';
const machineId = '0123456789abcdef0123456789abcdef';
const aggregator = 'http://127.0.0.1:8470';
const agent = 'http://127.0.0.1:8471';

const podOf = (kind: string): PodSpec => {
  const documents = parseAllDocuments(textOf('daemonset.yaml')).map(document => document.toJS() as Manifest);
  const manifest = documents.find(candidate => candidate.kind === kind);
  if (!manifest) throw new Error(`no ${kind}`);
  return manifest.spec.template.spec;
};

const scratch = await mkdtemp(join(tmpdir(), 'pullpath-image-'));
const folder = async (name: string, owner = 0): Promise<string> => {
  const path = join(scratch, name);
  await mkdir(path, { recursive: true });
  await chown(path, owner, owner);
  return path;
};

const answers = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  fetch(url, { headers }).then(
    response => response.status,
    () => 0,
  );

const image = await buildImage(scratch);
t.teardown(async () => {
  await image.remove();
  await rm(scratch, { recursive: true, force: true });
});

const startContainer = async (
  name: string,
  pod: PodSpec,
  volumes: Record<string, string>,
  env: Record<string, string>,
): Promise<Daemon> => {
  const bundle = await folder(`bundle-${name}`);
  const config = ociConfig(pod, image.config, { rootfs: image.rootfs, volumes, env });
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config));
  const daemon = startDaemon([
    'runc',
    '--root',
    join(scratch, 'runc'),
    'run',
    '--bundle',
    bundle,
    `${name}-${process.pid}`,
  ]);
  t.teardown(() => daemon.stop());
  return daemon;
};

t.test('the built image runs as the manifests say', async t => {
  const tokens = await folder('token');
  await writeFile(join(tokens, 'token'), `${token}\n`);
  const journal = await folder(`var-log/journal/${machineId}`);
  const recording = join(root, 'test/recording/kubelet-1.36.2-containerd-2.1.9.journal.export.gz');
  await journalFromExport(recording, join(journal, 'system.journal'));
  await writeFile(join(scratch, 'machine-id'), `${machineId}\n`);
  const namespace = await startNamespace(await folder('lab'));
  const containerd = await startContainerd({ namespace });
  t.teardown(async () => {
    await containerd.stop();
    await namespace.stop();
  });

  const server = await startContainer(
    'aggregator',
    podOf('Deployment'),
    { data: await folder('aggregator-data', 1000), token: tokens },
    {},
  );
  await waitFor('the aggregator container', async () => (await answers(`${aggregator}/readyz`)) === 200, {
    daemon: server,
  });

  const node = await startContainer(
    'agent',
    podOf('DaemonSet'),
    {
      'machine-id': join(scratch, 'machine-id'),
      'var-log': join(scratch, 'var-log'),
      'run-log': await folder('run-log'),
      runtime: namespace.dir,
      data: await folder('agent-data'),
      token: tokens,
    },
    { NODE_NAME: 'node-a', PULLPATH_AGGREGATOR_SERVICE_HOST: '127.0.0.1' },
  );
  await waitFor('the agent container', async () => (await answers(`${agent}/readyz`)) === 200, { daemon: node });

  t.equal(await answers(`${aggregator}/v1/nodes`), 401, 'no token, no answer');
  const authorized = { authorization: `Bearer ${token}` };
  const findings = async (): Promise<{ cause: string; message: string }[]> => {
    const response = await fetch(`${aggregator}/v1/findings?node=node-a&limit=500`, { headers: authorized });
    return response.ok ? ((await response.json()) as { items: { cause: string; message: string }[] }).items : [];
  };
  await waitFor('the findings', async () => (await findings()).length >= 20, { within: 30_000, daemon: node });
  const causes = (await findings()).map(finding => finding.cause);
  t.ok(causes.includes('tls-unknown-authority'));
  t.notOk(causes.includes('runtime-unavailable'), 'the runtime answers through its mounted folder');
  await sleep(100);
  t.equal(node.ended(), null, 'the agent still runs');
  t.equal(server.ended(), null, 'the aggregator still runs');
});
