import { chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Agent, request } from 'undici';
import { parseAllDocuments } from 'yaml';
import { startFakeApi } from '../aggregator/kubernetes/fake-api.ts';
import { root, textOf } from '../house/source-tree.ts';
import { tokenOf } from '../house/token.ts';
import { startContainerd } from '../lab/containerd.ts';
import { journalFromExport } from '../lab/journald.ts';
import { startNamespace } from '../lab/namespace.ts';
import { createAuthority } from '../lab/tls.ts';
import { startDaemon, waitFor, type Daemon } from '../lab/process.ts';
import { buildImage } from './image.ts';
import { ociConfig, type PodSpec, type Surroundings } from './oci-config.ts';

// The image and the manifests, for real: the image is built from the Dockerfile, and both containers run under runc with the
// user, arguments, mounts and read-only root that daemonset.yaml gives them, on a recorded journal and a real containerd.

// Building takes two minutes; the runner's own limit is for tests that hang.
t.setTimeout(900_000);

type Manifest = { kind: string; metadata: { name: string }; spec: { template: { spec: PodSpec } } };

const audience = 'pullpath-aggregator';
const serverName = 'pullpath-aggregator.pullpath-system.svc';
const machineId = '0123456789abcdef0123456789abcdef';
const aggregator = 'https://127.0.0.1:8470';
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

const answers = async (url: string): Promise<number> =>
  fetch(url).then(
    response => response.status,
    () => 0,
  );

// The API server's stand-in knows whose they are.
const exp = Date.now() / 1000 + 3600;
const agentToken = tokenOf({ exp, aud: [audience], 'kubernetes.io': { node: { name: 'node-a', uid: 'uid-a' } } });
const agentUser = {
  username: 'system:serviceaccount:pullpath-system:pullpath-agent',
  extra: {
    'authentication.kubernetes.io/node-name': ['node-a'],
    'authentication.kubernetes.io/node-uid': ['uid-a'],
  },
};
const readerToken = tokenOf({ exp, aud: ['https://kubernetes.default.svc'] });

const image = await buildImage(scratch);
t.teardown(async () => {
  await image.remove();
  await rm(scratch, { recursive: true, force: true });
});

const startContainer = async (name: string, pod: PodSpec, around: Omit<Surroundings, 'rootfs'>): Promise<Daemon> => {
  const bundle = await folder(`bundle-${name}`);
  const config = ociConfig(pod, image.config, { rootfs: image.rootfs, ...around });
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
  const authority = await createAuthority(await folder('ca'), 'cluster');
  const own = await authority.issue(serverName);
  const api = await startFakeApi(
    {
      tokens: new Map([
        [agentToken, { user: agentUser, audiences: [audience] }],
        [readerToken, { user: { username: 'on-call' }, audiences: ['https://kubernetes.default.svc'] }],
      ]),
      mayRead: user => user === 'on-call',
    },
    await authority.issue('127.0.0.1'),
  );
  t.teardown(() => api.stop());
  const filled = async (name: string, files: Record<string, string>, owner = 0): Promise<string> => {
    const path = await folder(name, owner);
    for (const [file, content] of Object.entries(files)) {
      await writeFile(join(path, file), content);
      await chown(join(path, file), owner, owner);
    }
    return path;
  };
  const account = await filled('account', { 'ca.crt': authority.pem, token: 'aggregator-account' }, 1000);
  const tls = await filled('tls', { 'tls.crt': own.cert, 'tls.key': own.key }, 1000);
  const token = await filled('token', { 'ca.crt': authority.pem, token: agentToken });
  const journal = await folder(`var-log/journal/${machineId}`);
  const recording = join(root, 'test/recording/kubelet-1.36.2-containerd-2.1.9.journal.export.gz');
  await journalFromExport(recording, join(journal, 'system.journal'));
  const etc = await filled('etc', {
    'machine-id': `${machineId}\n`,
    'resolv.conf': '',
    hosts: '127.0.0.1 sound.test\n',
  });
  const namespace = await startNamespace(await folder('lab'));
  const containerd = await startContainerd({ namespace });
  t.teardown(async () => {
    await containerd.stop();
    await namespace.stop();
  });

  // The node's own certs.d: of two registries where nothing listens, the file of one does not parse (line 2).
  for (const [registry, text] of Object.entries({ 'sound.test:9': '', 'broken.test:9': '\nca = "/etc/ca.crt' })) {
    await mkdir(join(etc, 'containerd/certs.d', registry), { recursive: true });
    await writeFile(join(etc, 'containerd/certs.d', registry, 'hosts.toml'), text);
  }
  await copyFile(namespace.path('/etc/containerd/config.toml'), join(etc, 'containerd/config.toml'));

  const client = new Agent({ connect: { ca: authority.pem, servername: serverName } });
  t.teardown(() => client.close());
  const ask = async (path: string, token?: string): Promise<{ status: number; body: unknown }> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const reply = await request(`${aggregator}${path}`, { dispatcher: client, headers });
    return { status: reply.statusCode, body: await reply.body.json() };
  };
  const isUp = (path: string): Promise<boolean> =>
    ask(path).then(
      ({ status }) => status === 200,
      () => false,
    );

  const server = await startContainer('aggregator', podOf('Deployment'), {
    volumes: { data: await folder('aggregator-data', 1000), tls },
    env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: api.url.port },
    account,
  });
  await waitFor('the aggregator container', () => isUp('/readyz'), { daemon: server });

  const kubeletConfig = join(scratch, 'kubelet-config.yaml');
  await writeFile(kubeletConfig, 'kind: KubeletConfiguration\n');
  const volumes = {
    'kubelet-config': kubeletConfig,
    ...{ etc, resolve: await folder('resolve'), images: await folder('images'), 'var-log': join(scratch, 'var-log') },
    ...{ 'run-log': await folder('run-log'), runtime: namespace.dir, data: await folder('agent-data'), token },
  };
  const env = { NODE_NAME: 'node-a', PULLPATH_AGGREGATOR_SERVICE_HOST: '127.0.0.1' };
  const node = await startContainer('agent', podOf('DaemonSet'), { volumes, env });
  await waitFor('the agent container', async () => (await answers(`${agent}/readyz`)) === 200, { daemon: node });

  t.equal((await ask('/v1/nodes')).status, 401, 'no token, no answer');
  t.equal((await ask('/v1/nodes', agentToken)).status, 403, 'an agent reads nothing');
  const findings = async (): Promise<{ textCause: string; cause: string; message: string }[]> => {
    const { status, body } = await ask('/v1/findings?node=node-a&limit=500', readerToken);
    return status === 200 ? (body as { items: { textCause: string; cause: string; message: string }[] }).items : [];
  };
  await waitFor('the findings', async () => (await findings()).length >= 20, { daemon: node });
  const causes = (await findings()).map(finding => finding.cause);
  // What the texts say: the walk settles the causes by what is true here and now, where the recorded hosts are not.
  t.ok((await findings()).some(finding => finding.textCause === 'tls-unknown-authority'));
  t.notOk(causes.includes('runtime-unavailable'), 'the runtime answers through its mounted folder');

  // The walk, by what the manifest mounts of the node's /etc.
  type Stage = { stage: string; outcome: string; code: string | null };
  const reach = async (registry: string): Promise<Record<string, string | null>> => {
    const { status, body } = await ask('/v1/nodes/node-a/reachability', readerToken);
    const hosts = status === 200 ? (body as { hosts: { registry: string; stages: Stage[] }[] }).hosts : [];
    const stages = hosts.find(host => host.registry === registry)?.stages ?? [];
    return Object.fromEntries(stages.map(({ stage, outcome, code }) => [stage, code ?? outcome]));
  };
  const walked = async (): Promise<boolean> =>
    'tcp' in (await reach('sound.test:9')) && 'tcp' in (await reach('broken.test:9'));
  await waitFor('both walks', walked, { daemon: node });
  t.match(
    await reach('sound.test:9'),
    { config: 'pass', dns: 'pass', tcp: 'tcp-refused' },
    'its hosts file was read too',
  );
  t.match(await reach('broken.test:9'), { config: 'hosts-config-invalid' });
  type Detail = { kubelet?: unknown; checks: { registry?: string; outcome: string; facts?: unknown }[] };
  const detail = async (): Promise<Detail> => (await ask('/v1/nodes/node-a', readerToken)).body as Detail;
  t.match(
    (await detail()).checks.find(({ registry, outcome }) => registry === 'broken.test:9' && outcome === 'fail')?.facts,
    { file: '/etc/containerd/certs.d/broken.test:9/hosts.toml', line: 2 },
    'the path is the node’s own',
  );
  await waitFor('the kubelet’s version', async () => (await detail()).kubelet != null, { daemon: node });
  t.same((await detail()).kubelet, { version: 'v1.36.2' });
  t.equal(await answers(`${agent}/readyz`), 200);
  t.equal((await ask('/readyz')).status, 200);
  t.equal(node.ended(), null, 'the agent still runs');
  t.equal(server.ended(), null, 'the aggregator still runs');
});
