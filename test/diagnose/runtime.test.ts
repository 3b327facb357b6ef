import t from 'tap';
import { explainText } from '../../src/diagnose/explain.ts';
import { readRuntime, runtimeOfFiles, runtimes, type Runtime } from '../../src/diagnose/runtime.ts';
import { describePod } from '../corpus/describe-pod.ts';

const commands = (text: string): string =>
  explainText(text)
    .fix.flatMap(({ run }) => run ?? [])
    .join('\n');

t.test('the runtime is that of the words, of the files that the text names, or of the page around it', t => {
  const page = (scheme: string): string =>
    describePod({ name: 'web-0', namespace: 'shop', node: 'n' }, [{ name: 'a', image: 'a:1' }]).replace(
      'containerd:',
      scheme,
    );
  const cases: [string, string, Runtime, Runtime][] = [
    ['open /etc/containerd/certs.d/r/hosts.toml: permission denied', '', 'containerd', 'containerd'],
    ['open /etc/docker/certs.d/r:5000: permission denied', '', 'containerd', 'docker'],
    ['loading registries configuration "/etc/containers/registries.conf": toml', '', 'containerd', 'cri-o'],
    ['anything', '', 'cri-o', 'cri-o'],
    ['anything', '', 'docker', 'docker'],
    ['Trying to pull r/a:1...\nError: initializing source docker://r/a:1: EOF', '', 'cri-o', 'podman'],
    ['anything', page('cri-o:'), 'containerd', 'cri-o'],
    ['anything', page('docker:'), 'containerd', 'docker'],
    ['anything', page('containerd:'), 'containerd', 'containerd'],
    ['anything', 'Container ID:   ', 'containerd', 'containerd'],
  ];
  for (const [text, around, words, wanted] of cases)
    t.equal(readRuntime(text, around, words), wanted, text + around.slice(0, 20));
  t.end();
});

t.test("settings that are broken are looked for among the runtime's own files, and read by its own commands", t => {
  const cases: [string, RegExp, RegExp][] = [
    [
      'Failed to pull image "r.example/a:1": rpc error: code = Unknown desc = loading registries configuration "/etc/containers/registries.conf": toml: line 3: expected value',
      /registries\.conf[^]*certs\.d\/r\.example[^]*journalctl -u crio[^]*systemctl restart crio[^]*crictl pull/,
      /containerd|docker |hosts\.toml/,
    ],
    [
      'Error response from daemon: open /etc/docker/certs.d/r.example:5000: permission denied',
      /daemon\.json[^]*\/etc\/docker\/certs\.d[^]*journalctl -u docker[^]*dockerd --validate[^]*systemctl restart docker[^]*docker pull/,
      /containerd|crictl|hosts\.toml|registries\.conf/,
    ],
    [
      'Error: initializing source docker://r.example/a:1: loading registries configuration "/etc/containers/registries.conf": toml: line 3',
      /registries\.conf[^]*podman pull/,
      /containerd|crictl|crio|hosts\.toml/,
    ],
    [
      'failed to pull and unpack image "r.example/a:1": failed to resolve image: unable to load CA cert "/etc/containerd/certs.d/r.example/bad.crt"',
      /\/etc\/containerd\/certs\.d\/r\.example\/hosts\.toml[^]*containerd config dump[^]*crictl pull/,
      /crio|docker |registries\.conf/,
    ],
  ];
  for (const [text, has, hasNot] of cases) {
    t.equal(explainText(text).cause, 'hosts-config-invalid', text);
    t.match(commands(text), has, text);
    t.notMatch(commands(text), hasNot, text);
  }
  t.end();
});

t.test('the other causes too are looked at with what the runtime has', t => {
  const crio = (error: string): string =>
    `Failed to pull image "r.example/a:1": rpc error: code = Unknown desc = pinging container registry r.example: Get "https://r.example/v2/": ${error}`;
  const docker = (error: string): string =>
    `Error response from daemon: Get "https://r.example/v2/a/manifests/1": ${error}`;
  const cases: [string, RegExp][] = [
    [crio('x509: certificate signed by unknown authority'), /\/etc\/containers\/certs\.d\/r\.example\/ca\.crt/],
    [docker('x509: certificate signed by unknown authority'), /\/etc\/docker\/certs\.d\/r\.example\/ca\.crt/],
    [
      crio('http: server gave HTTP response to HTTPS client'),
      /> \/etc\/containers\/registries\.conf\.d\/50-r\.example\.conf/,
    ],
    [docker('http: server gave HTTP response to HTTPS client'), /systemctl reload docker/],
    [crio('proxyconnect tcp: dial tcp 192.0.2.9:3128: connect: connection refused'), /systemctl edit crio/],
    [docker('proxyconnect tcp: dial tcp 192.0.2.9:3128: connect: connection refused'), /pidof -s dockerd/],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      /restart docker/,
    ],
    [
      'validate service connection: validate CRI v1 image API for endpoint "unix:///var/run/crio/crio.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/run/crio/crio.sock: connect: connection refused"',
      /systemctl restart crio/,
    ],
    ['failed to register layer: write /var/lib/docker/x: no space left on device', /docker image prune/],
    [
      'Error: writing blob: write /var/lib/containers/storage/x: no space left on device (podman)',
      /podman image prune/,
    ],
  ];
  for (const [text, wanted] of cases) {
    t.match(commands(text), wanted, text);
    t.notMatch(commands(text), /systemctl \w+ containerd$|\/etc\/containerd/m, text);
  }
  t.end();
});

t.test('every runtime has a word for everything', t => {
  for (const [runtime, words] of Object.entries(runtimes))
    for (const [key, word] of Object.entries(words)) t.ok(word !== '' || key === 'patience', `${runtime} ${key}`);
  t.end();
});

t.test("a walk's runtime is that whose files name the hosts", t => {
  t.equal(runtimeOfFiles(['default', '/etc/containers/registries.conf']), 'cri-o');
  t.equal(runtimeOfFiles(['/etc/crio/crio.conf']), 'cri-o');
  t.equal(runtimeOfFiles(['default', undefined, 5, '/etc/containerd/certs.d/r/hosts.toml']), 'containerd');
  t.equal(runtimeOfFiles([]), 'containerd');
  t.end();
});
