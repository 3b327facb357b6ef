import t from 'tap';
import { walkHost } from '../../../src/agent/check/walk-host.ts';
import { authority, calm, closedPort, https, session } from '../probe/stand.ts';

const node = { os: 'linux', architecture: 'amd64' };
const digest = `sha256:${'d'.repeat(64)}`;

t.test('a sound host is walked to one byte of a layer', async t => {
  const ca = await authority(t);
  let requests = 0;
  const port = await https(t, { ca }, (request, response) => {
    requests += 1;
    if (request.url?.includes('/blobs/') === true) response.writeHead(206).end('x');
    else response.end(JSON.stringify({ layers: [{ digest }] }));
  });
  const made = await session(t, { url: `https://reg.test:${port}/v2`, image: `reg.test:${port}/app:v1`, ca });
  const walked = await walkHost(made, calm, node);
  t.same(
    walked.checks.filter(({ outcome }) => outcome === 'fail'),
    [],
  );
  t.match(walked.checks.at(-1), { id: 'registry.blob', outcome: 'pass' });
  t.ok(requests <= 12);
});

t.test('what waits for a failure is skipped and says for which', async t => {
  const port = await closedPort();
  const walked = await walkHost(await session(t, { url: `https://reg.test:${port}/v2` }), calm, node);
  t.match(
    walked.checks.find(({ id }) => id === 'tcp.connect'),
    { outcome: 'fail' },
  );
  for (const id of ['tls.handshake', 'tls.chain', 'registry.ping', 'registry.token'])
    t.match(
      walked.checks.find(check => check.id === id),
      { outcome: 'skip', code: 'waits-for', waitsFor: 'tcp.connect' },
      id,
    );
});

t.test('a walk that is over tests nothing more, and says so', async t => {
  const walked = await walkHost(await session(t, { url: 'https://reg.test:1/v2' }), AbortSignal.abort(), node);
  t.ok(walked.checks.length > 3);
  for (const check of walked.checks) t.match(check, { outcome: 'skip', code: 'cancelled' }, check.id);
});
