import { spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import type { Walk } from '../src/model/walk.ts';
import { withoutRoot } from './house/root.ts';
import { startBox, type Box } from './lab/box.ts';
import { listening } from './lab/broken.ts';
import { containerdVersion, newestGeneration, startContainerd, type Containerd } from './lab/containerd.ts';
import { account, startHosts, type Hosts } from './lab/hosts.ts';
import { freePort } from './lab/ports.ts';
import { labEnvironment } from './lab/process.ts';

t.setTimeout(290_000);
const main = join(import.meta.dirname, '../src/main.ts');

type Owner = Pick<typeof t, 'teardown'>;
type Lab = { box: Box; hosts: Hosts };
type Ran = { code: number | null; said: string; walks: Walk[] };

const startLab = async (owner: Owner): Promise<Lab> => {
  const undo: (() => Promise<void>)[] = [];
  const box = await startBox();
  undo.push(() => box.stop());
  owner.teardown(async () => {
    for (const step of undo.reverse()) await step();
  });
  return { box, hosts: await startHosts({ box, defer: step => undo.push(step) }) };
};

/** containerd with a proxy or other settings of its own, in the place of the box's. */
const withContainerd = async (
  { box }: Lab,
  given: { proxy?: string; registry?: string },
  work: (containerd: Containerd) => Promise<void>,
): Promise<void> => {
  await box.containerd.stop();
  const variables = given.proxy === undefined ? [] : [`HTTPS_PROXY=${given.proxy}`];
  // Other labs run here too, so that the process may not be told apart: then its unit counts.
  await box.namespace.write(
    '/etc/systemd/system/containerd.service',
    `[Service]\nEnvironment=${variables.join(' ')}\n`,
  );
  const containerd = await startContainerd({
    namespace: box.namespace,
    ...(given.registry === undefined ? {} : { registry: given.registry }),
    wrap: command => ['env', ...variables, ...command],
  });
  try {
    await work(containerd);
  } finally {
    await containerd.stop();
  }
};

const check = async ({ box }: Lab, { socket }: Containerd, ...args: string[]): Promise<Ran> => {
  const [file = '', ...rest] = box.namespace.enter([process.execPath, main, 'check', '--json', ...args]);
  const child = spawn(file, [...rest, '--cri-socket', socket], { env: labEnvironment() });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const walks = stdout
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Walk);
  return { code: await ended, said: stdout + stderr, walks };
};

const codeOf = (walk: Walk | undefined, id: string): string | null | undefined =>
  walk?.hosts[0]?.checks.find(one => one.id === id)?.code;
const causesOf = (walk: Walk | undefined): string[] =>
  walk?.findings.filter(({ severity }) => severity === 'error').map(({ cause }) => cause) ?? [];

/** A proxy that tunnels for who knows the password, and counts. */
const startProxy = async (owner: Owner): Promise<{ url: (password: string) => string; tunnels: () => number }> => {
  let tunnels = 0;
  const server = createHttpServer();
  server.on('connect', (request, socket) => {
    socket.on('error', () => undefined);
    const right = `Basic ${Buffer.from('proxy-user:proxy-right').toString('base64')}`;
    if (request.headers['proxy-authorization'] !== right)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    tunnels += 1;
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), addresses.get(host) ?? '192.0.2.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  const port = await freePort('127.0.0.1', [0]);
  const front = await listening(server, { host: '127.0.0.1', port });
  owner.teardown(() => front.stop());
  return { url: password => `http://proxy-user:${password}@127.0.0.1:${port}`, tunnels: () => tunnels };
};
/** What the proxy knows of names: the lab's. */
const addresses = new Map<string, string>();

t.test(
  'check and containerd itself agree with credentials of containerd, and through its proxy',
  { skip: withoutRoot },
  async t => {
    const lab = await startLab(t);
    const { hosts } = lab;
    const bare = (name: string): string => name.replace(/:\d+$/, '');
    for (const host of ['good', 'auth'] as const) addresses.set(bare(hosts.name(host)), hosts.address(host));
    const image = `${hosts.name('auth')}/team/api:1.4.2`;
    const two = containerdVersion(newestGeneration()).startsWith('2');
    const section = two ? "'io.containerd.cri.v1.images'" : '"io.containerd.grpc.v1.cri"';
    const registry = (password: string): string => `  config_path = "/etc/containerd/certs.d"
[plugins.${section}.registry.configs."${hosts.name('auth')}".auth]
  username = "${account.username}"
  password = "${password}"`;

    await withContainerd(lab, { registry: registry(account.password) }, async containerd => {
      const { walks, said } = await check(lab, containerd, '--pull', image);
      t.same(causesOf(walks[0]), [], 'containerd’s own credentials open the registry');
      t.match(walks[0]?.pull, { outcome: 'pulled' }, 'and so says containerd');
      t.match(said, '/etc/containerd/config.toml');
      t.notMatch(said, account.password);
      const anonymous = await check(lab, containerd, '--no-credentials', image);
      t.same(causesOf(anonymous.walks[0]), ['auth-required']);
      t.equal(anonymous.code, 1);
    });

    await withContainerd(lab, { registry: registry('sentinel-wrong') }, async containerd => {
      const { walks, said } = await check(lab, containerd, '--pull', image);
      t.equal(codeOf(walks[0], 'registry.token'), 'credentials-refused');
      t.same(causesOf(walks[0]), ['auth-denied']);
      t.match(walks[0]?.pull, { outcome: 'failed' }, 'containerd is refused too');
      t.notMatch(said, /sentinel|c2VudGluZWw/);
    });

    const proxy = await startProxy(t);
    const good = `${hosts.name('good')}/app:v1`;
    await withContainerd(lab, { proxy: proxy.url('proxy-right') }, async containerd => {
      const { walks, said, code } = await check(lab, containerd, '--pull', good);
      t.same(causesOf(walks[0]), [], 'through a proxy that wants a password');
      t.match(walks[0]?.pull, { outcome: 'pulled' });
      t.equal(code, 0, said);
      t.ok(proxy.tunnels() > 2, 'both went through it');
      t.notMatch(said, /proxy-right/);
    });
    await withContainerd(lab, { proxy: proxy.url('sentinel-wrong') }, async containerd => {
      const { walks, said } = await check(lab, containerd, '--pull', good.replace('app:v1', 'team/web:2.0'));
      t.equal(codeOf(walks[0], 'proxy.connect'), 'proxy-auth-required');
      t.same(causesOf(walks[0]), ['proxy-failure']);
      t.match(walks[0]?.pull, { outcome: 'failed', cause: 'proxy-failure' }, 'containerd gets no further');
      t.notMatch(said, /sentinel/);
    });
    await withContainerd(lab, { proxy: 'socks5://127.0.0.1:9' }, async containerd => {
      const { walks, code } = await check(lab, containerd, good);
      t.equal(codeOf(walks[0], 'proxy.connect'), 'proxy-socks');
      t.same(causesOf(walks[0]), [], 'not tested is no failure');
      t.equal(code, 1, 'and not healthy either');
    });
  },
);

t.test('without a target every registry of certs.d is walked', { skip: withoutRoot }, async t => {
  const lab = await startLab(t);
  const { walks, code } = await check(lab, lab.box.containerd);
  const registries = walks.map(({ registry }) => registry);
  for (const host of ['good', 'auth', 'refused', 'mirrored'] as const)
    t.ok(registries.includes(lab.hosts.name(host)), host);
  t.same(registries, registries.toSorted());
  const good = walks.find(({ registry }) => registry === lab.hosts.name('good'));
  t.same(causesOf(good), []);
  t.equal(good?.image, undefined, 'a registry, no image');
  t.equal(code, 1, 'some of them are broken');
});
