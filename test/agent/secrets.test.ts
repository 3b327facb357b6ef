import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { Walk } from '../../src/model/walk.ts';
import { authority, http, https, tcp } from './probe/stand.ts';

// A dozen programs are started, one after the other.
t.setTimeout(290_000);

const main = join(import.meta.dirname, '../../src/main.ts');

/** Every secret that the node has, each with a word of its own and whose it is. */
const secrets = {
  kubelet: 'sentinel-kubelet-pass',
  mirror: 'sentinel-mirror-pass',
  own: 'sentinel-own-pass',
  header: 'sentinel-header-value',
  proxy: 'sentinel-proxy-pass',
  token: 'sentinel-token',
};
const basic = (user: string, password: string): string => Buffer.from(`${user}:${password}`).toString('base64');
/** Each as it may be seen: as it is, in a header, in a form. */
const forms: Record<keyof typeof secrets, string[]> = {
  kubelet: [secrets.kubelet, basic('sentinel-user', secrets.kubelet)],
  mirror: [secrets.mirror, basic('mirror-user', secrets.mirror)],
  own: [secrets.own, basic('own-user', secrets.own)],
  header: [secrets.header],
  proxy: [secrets.proxy, basic('proxy-user', secrets.proxy)],
  token: [secrets.token],
};

/** Which of the secrets stand in a text. */
const secretsIn = (said: string): string[] =>
  Object.entries(forms)
    .filter(([, all]) => all.some(form => said.includes(form)))
    .map(([name]) => name);

type Owner = Pick<typeof t, 'teardown' | 'testdir'>;
type Given = { kubeletFile: boolean; refuses?: boolean };

const layer = `sha256:${'c'.repeat(64)}`;

const setUp = async (t: Owner, { kubeletFile, refuses = false }: Given) => {
  const ca = await authority(t);
  /** All that each server was sent: request line, headers and body. */
  const heard = { reg: '', auth: '', cdn: '', mirror: '', plain: '', proxy: '' };
  const hear =
    (name: keyof typeof heard, answer: RequestListener): RequestListener =>
    (request: IncomingMessage, response: ServerResponse) => {
      void text(request).then(body => {
        heard[name] += `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}\n`;
        answer(request, response);
      });
    };
  const plain = await http(
    t,
    hear('plain', (_request, response) => void response.writeHead(206).end('x')),
  );
  const cdn = await https(
    t,
    { ca, name: 'cdn.test' },
    hear(
      'cdn',
      (_request, response) =>
        // From HTTPS down to plain HTTP: nothing goes along.
        void response.writeHead(307, { location: `http://cdn.test:${plain}/blob` }).end(),
    ),
  );
  const auth = await https(
    t,
    { ca, name: 'auth.test' },
    hear(
      'auth',
      (_request, response) =>
        void response.writeHead(refuses ? 401 : 200).end(JSON.stringify({ access_token: secrets.token })),
    ),
  );
  const registry =
    (open: (authorization: string) => boolean, challenge: string): RequestListener =>
    (request, response) => {
      const { url = '', headers } = request;
      if (!open(headers.authorization ?? ''))
        return void response.writeHead(401, { 'www-authenticate': challenge }).end();
      if (url.includes('/blobs/')) return void response.writeHead(307, { location: `https://cdn.test:${cdn}/b` }).end();
      response.end(JSON.stringify({ layers: [{ digest: layer }] }));
    };
  const bearer = `Bearer realm="https://auth.test:${auth}/token",service="lab"`;
  const reg = await https(
    t,
    { ca, name: 'reg.test' },
    hear(
      'reg',
      registry(sent => sent === `Bearer ${secrets.token}`, bearer),
    ),
  );
  const isMirrors = (sent: string): boolean => !refuses && sent === `Basic ${forms.mirror[1]}`;
  const mirror = await https(t, { ca, name: 'mirror.test' }, hear('mirror', registry(isMirrors, 'Basic realm="lab"')));
  const proxy = await tcp(t, socket => {
    socket.once('data', (chunk: Buffer) => {
      heard.proxy += chunk.toString('latin1');
      const onward = connect(reg, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
    });
  });
  const host = `reg.test:${reg}`;
  const config = `version = 2
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d"
[plugins."io.containerd.grpc.v1.cri".registry.configs."mirror.test:${mirror}".auth]
username = "mirror-user"
password = "${secrets.mirror}"
[plugins."io.containerd.grpc.v1.cri".registry.configs."${host}".auth]
username = "own-user"
password = "${secrets.own}"
`;
  const hostsToml = `[host."https://mirror.test:${mirror}"]\n[host."https://mirror.test:${mirror}".header]\nx-token = "${secrets.header}"\n`;
  const unit = `[Service]\nEnvironment=HTTPS_PROXY=http://proxy-user:${secrets.proxy}@127.0.0.1:${proxy} NO_PROXY=mirror.test,cdn.test,auth.test\n`;
  const kubelet = {
    'config.json': JSON.stringify({ auths: { [host]: { username: 'sentinel-user', password: secrets.kubelet } } }),
  };
  const root = t.testdir({
    etc: {
      hosts: '127.0.0.1 reg.test mirror.test cdn.test auth.test\n',
      ssl: { certs: { 'ca-certificates.crt': await readFile(ca.file, 'utf8') } },
      systemd: { system: { 'containerd.service': unit } },
      containerd: { 'config.toml': config, 'certs.d': { [`reg.test_${reg}_`]: { 'hosts.toml': hostsToml } } },
    },
    var: { lib: kubeletFile ? { kubelet } : {} },
  });
  return { heard, root, image: `${host}/team/app:v1` };
};

/** What the program says on both of its outputs. */
const check = async (root: string, ...args: string[]): Promise<{ all: string; stdout: string }> => {
  const options = ['--host-root', root, '--cri-socket', join(root, 'none.sock')];
  const child = spawn(process.execPath, [main, 'check', ...options, ...args]);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { all: stdout + stderr, stdout };
};

const codesOf = (walk: Walk): string[] =>
  walk.hosts.map(
    ({ checks }) =>
      checks.find(({ outcome, code }) => outcome === 'fail' || code === 'credentials-withheld')?.code ?? 'sound',
  );

t.test('the kubelet’s credentials go to the registry’s token service, and to no mirror', async t => {
  const { heard, root, image } = await setUp(t, { kubeletFile: true });
  const ran = await check(root, '--json', image);
  t.same(secretsIn(ran.all), [], 'nothing of it is printed');
  t.match(ran.all, '/var/lib/kubelet/config.json', 'but the file is');
  const walk = JSON.parse(ran.stdout) as Walk;
  t.same(
    codesOf(walk),
    ['credentials-withheld', 'sound'],
    JSON.stringify(
      walk.hosts.map(({ checks }) => checks),
      null,
      1,
    ),
  );
  t.same(secretsIn(heard.auth), ['kubelet']);
  t.same(secretsIn(heard.reg), ['token']);
  t.same(secretsIn(heard.mirror), ['header'], 'containerd would offer it the kubelet’s');
  t.same(secretsIn(heard.proxy), ['proxy']);
  for (const name of ['cdn', 'plain'] as const) {
    t.not(heard[name], '', `${name} was asked`);
    t.same(secretsIn(heard[name]), [], `${name} is sent nothing`);
  }
});

t.test('containerd’s own go each to its own host', async t => {
  const { heard, root, image } = await setUp(t, { kubeletFile: false });
  const ran = await check(root, '--json', image);
  t.same(secretsIn(ran.all), []);
  t.same(codesOf(JSON.parse(ran.stdout) as Walk), ['sound', 'sound']);
  t.same(secretsIn(heard.auth), ['own']);
  t.same(secretsIn(heard.reg), ['token']);
  t.same(secretsIn(heard.mirror), ['mirror', 'header']);
  for (const name of ['cdn', 'plain'] as const) t.same(secretsIn(heard[name]), [], `${name} is sent nothing`);
});

t.test('what is refused is told without it, in the table and in JSON', async t => {
  for (const kubeletFile of [true, false]) {
    const { root, image } = await setUp(t, { kubeletFile, refuses: true });
    for (const form of ['--json', '--wide']) {
      const { all } = await check(root, form, image);
      t.same(secretsIn(all), [], form);
      t.match(all, 'credentials-refused');
    }
  }
});

t.test('switched off, none is shown to a registry or its token service', async t => {
  const { heard, root, image } = await setUp(t, { kubeletFile: true });
  const ran = await check(root, '--json', '--no-credentials', image);
  t.same(
    codesOf(JSON.parse(ran.stdout) as Walk),
    ['auth-required', 'sound'],
    'the lab’s service gives tokens to anybody',
  );
  for (const name of ['reg', 'auth', 'cdn'] as const)
    t.same(
      secretsIn(heard[name]).filter(secret => secret !== 'token'),
      [],
      name,
    );
});
