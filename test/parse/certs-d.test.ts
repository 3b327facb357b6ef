import t from 'tap';
import { completeHosts, dockerLayout, noEntry, registryDirectories } from '../../src/parse/certs-d.ts';
import { parseContainerdVersion } from '../../src/parse/containerd-version.ts';
import type { HostEntry } from '../../src/parse/hosts-toml.ts';

t.test('the directories of a registry are looked for in containerd’s order', t => {
  t.same(registryDirectories('r.example'), ['r.example', '_default']);
  t.same(registryDirectories('r.example:5000'), ['r.example_5000_', 'r.example:5000', '_default']);
  t.same(registryDirectories('[::1]:5000'), ['[::1]_5000_', '[::1]:5000', '_default']);
  t.end();
});

t.test('Docker’s files are authorities and client pairs', t => {
  const entry = dockerLayout('/d', ['b.crt', 'a.crt', 'x.pem', 'c.cert', 'c.key', 'e.cert', 'f.key']);
  t.same(entry.caFiles, ['/d/a.crt', '/d/b.crt']);
  t.same(entry.clientPairs, [
    { certFile: '/d/c.cert', keyFile: '/d/c.key' },
    { certFile: '/d/e.cert', keyFile: '/d/e.cert' },
  ]);
  t.same(dockerLayout('/d', ['x.pem']).caFiles, null);
  t.end();
});

const complete = (registry: string, version: string, entries: HostEntry[] = [noEntry]): string[] =>
  completeHosts({ registry, entries, file: 'f', version: parseContainerdVersion(version) }).map(
    ({ url, httpFallback, skipVerify, role }) =>
      `${role} ${url}${httpFallback ? ' or http' : ''}${skipVerify ? ' unverified' : ''}`,
  );

t.test('the upstream that is not named is the registry itself, localhost by rules of its own', t => {
  const cases: [string, string, string][] = [
    ['r.example', '2.1.9', 'upstream https://r.example/v2'],
    ['docker.io', '2.1.9', 'upstream https://registry-1.docker.io/v2'],
    ['localhost', '2.1.9', 'upstream https://localhost/v2 unverified'],
    ['localhost:443', '1.7.24', 'upstream https://localhost:443/v2 unverified'],
    ['localhost:80', '2.1.9', 'upstream http://localhost:80/v2'],
    ['localhost:5000', '2.1.9', 'upstream https://localhost:5000/v2 or http unverified'],
    ['127.0.0.9:5000', '2.1.9', 'upstream https://127.0.0.9:5000/v2 or http unverified'],
    ['[::1]:5000', '2.1.9', 'upstream https://[::1]:5000/v2 or http unverified'],
    ['localhost.example:5000', '2.1.9', 'upstream https://localhost.example:5000/v2'],
    ['localhost:5000', '1.6.20', 'upstream http://localhost:5000/v2'],
    ['localhost', '1.6.20', 'upstream http://localhost/v2'],
  ];
  for (const [registry, version, wanted] of cases)
    t.same(complete(registry, version), [wanted], `${registry} ${version}`);
  t.end();
});

t.test('plain HTTP with TLS settings is tried as HTTPS first where the version does so', t => {
  const entry = (host: string): HostEntry => ({ ...noEntry, scheme: 'http', host, path: '/v2', skipVerify: false });
  const cases: [string, string, string][] = [
    ['a:5000', '2.1.9', 'mirror https://a:5000/v2 or http'],
    ['a:80', '2.1.9', 'mirror http://a:80/v2'],
    ['a', '2.1.9', 'mirror https://a/v2 or http'],
    ['a', '1.6.30', 'mirror http://a/v2'],
    ['a:5000', '1.6.30', 'mirror https://a:5000/v2 or http'],
    ['a:5000', '1.6.20', 'mirror http://a:5000/v2'],
  ];
  for (const [host, version, wanted] of cases)
    t.equal(complete('r.example', version, [entry(host), noEntry])[0], wanted, `${host} ${version}`);
  t.equal(complete('r', '2.1.9', [{ ...entry('a'), path: '//x/' }, noEntry])[0], 'mirror https://a/x or http');
  t.end();
});
