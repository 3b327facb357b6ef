import { fc } from '../house/property.ts';
import t from 'tap';
import { readPullError, type PullError } from '../../src/parse/pull-error.ts';
import { readStatements } from '../../src/parse/statements.ts';
import { anyParts, carried, imageOf, wrappersOf } from '../corpus/compose.ts';

const readText = (text: string): PullError => {
  const [statement] = readStatements(text, ' ');
  if (!statement) throw new Error('no statement');
  return readPullError(statement);
};

t.test('whatever the software composes comes back whole', t => {
  fc.assert(
    fc.property(anyParts, parts => {
      const error = readText(carried(parts));
      // docker names its image only in the URL.
      t.equal(error.image, imageOf(parts), carried(parts));
      t.equal(error.registry, parts.registry);
      t.equal(error.host, parts.registry);
      t.equal(error.role, 'registry');
      const wrappers = wrappersOf(parts);
      t.same(
        error.chain.slice(-wrappers.length).map(part => part.replace(/^code = Unknown desc = /, '')),
        wrappers,
      );
      t.equal(error.status, null);
      t.same(
        error.codes.filter(code => code !== 'unknown'),
        [],
      );
    }),
    { numRuns: 400 },
  );
  t.end();
});

t.test('a port is no status', t => {
  for (const host of ['d.kcq.example:489', 'localhost:503', '[::1]:404']) {
    const error = readText(
      `pinging container registry ${host}: Get "https://${host}/v2/": remote error: tls: handshake failure`,
    );
    t.equal(error.status, null, host);
  }
  t.equal(readText('received unexpected HTTP status: 503 Service Unavailable').status, 503);
  t.equal(readText('unexpected status code 502: bad gateway').status, 502);
  t.end();
});

t.test('the parts of a request that failed', t => {
  const resolve = 'failed to pull and unpack image "docker.io/library/nginx:1": failed to resolve image: ';
  const cases: [string, object][] = [
    [
      `rpc error: code = DeadlineExceeded desc = ${resolve}failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1": dial tcp 192.0.2.1:443: i/o timeout`,
      {
        grpcCode: 'deadlineexceeded',
        registry: 'docker.io',
        host: 'registry-1.docker.io',
        method: 'HEAD',
        role: 'registry',
        network: { fault: 'timeout', address: '192.0.2.1:443', lookup: null },
      },
    ],
    [
      `${resolve}failed to do request: Head "https://m.example:5000/v2/library/nginx/manifests/1?ns=docker.io": dial tcp: lookup m.example on 10.0.0.2:53: no such host`,
      {
        host: 'm.example:5000',
        role: 'mirror',
        network: { fault: 'no-such-host', lookup: 'm.example', resolver: '10.0.0.2:53' },
      },
    ],
    [
      `${resolve}failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=x&service=registry.docker.io": EOF`,
      { host: 'auth.docker.io', role: 'token', registry: 'docker.io', network: { fault: 'reset' } },
    ],
    [
      `${resolve}unexpected status from HEAD request to https://registry-1.docker.io/v2/library/nginx/manifests/1: 429 Too Many Requests`,
      { status: 429, method: 'HEAD' },
    ],
    [
      'failed to resolve reference "r.example/a:1": pulling from host r.example failed with status code [manifests 1]: 403 Forbidden',
      { status: 403, host: 'r.example', registry: 'r.example' },
    ],
    ['API error (500): Get https://r.example/v1/_ping: EOF', { status: null, host: 'r.example' }],
    [
      'denied: requested access to the resource is denied\nunauthorized: authentication required',
      { codes: ['denied', 'unauthorized'] },
    ],
    ['{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}', { codes: ['manifest unknown'] }],
  ];
  for (const [text, wanted] of cases) t.match(readText(text), wanted, text);
  t.end();
});

t.test('the image, however it is named', t => {
  const cases: [string, string | null][] = [
    ['Failed to pull image "nginx:1": EOF', 'nginx:1'],
    ['initializing source docker://quay.io/a/b:1: reading manifest 1 in quay.io/a/b: denied', 'quay.io/a/b:1'],
    ['reading manifest v9 in quay.io/a/b: manifest unknown', 'quay.io/a/b:v9'],
    ['manifest for nginx:nope not found: manifest unknown', 'nginx:nope'],
    ['pull access denied for team/api, repository does not exist', 'team/api'],
    ['Error response from daemon: Get https://r.example/v2/a/b/manifests/1: denied', 'r.example/a/b:1'],
    [
      'unexpected status from GET request to https://r.example/v2/a/b/manifests/sha256:abcdef01: 500 x',
      'r.example/a/b@sha256:abcdef01',
    ],
    ['Error: ErrImagePull', null],
  ];
  for (const [text, image] of cases) t.equal(readText(text).image, image, text);
  t.end();
});

t.test('names say nothing, in quotes or not', t => {
  const hostile =
    'failed to pull image "denied/unauthorized:429": failed to resolve image: denied/unauthorized:429: not found';
  const error = readText(hostile);
  t.same(
    { codes: error.codes, status: error.status, fault: error.network.fault },
    { codes: [], status: null, fault: null },
  );
  t.equal(error.words, 'failed to pull image ‹image›: failed to resolve image: ‹image›: not found');
  t.equal(
    readText('couldn\'t parse image name "denied: 429 eof": invalid').words,
    "couldn't parse image name ‹name›: invalid",
  );
  t.end();
});
