import t from 'tap';
import { failuresOf, podIn } from '../../src/diagnose/failures.ts';
import { readOne } from '../../src/diagnose/reading.ts';
import { readStatements } from '../../src/parse/statements.ts';

/** Image and cause of each failed pull of a text, and how many statements speak of it. */
const tell = (text: string): [string | null, string, number][] =>
  failuresOf(readStatements(text, ' ').map(statement => readOne(statement, text))).map(({ top, readings }) => [
    top.error.image ?? readings.map(({ error }) => error.image).find(image => image !== null) ?? null,
    top.cause,
    readings.length,
  ]);

const event = (message: string): string => `  Warning  Failed  3s  kubelet  ${message}`;
const gone = 'Failed to pull image "a.example/one:1": failed to resolve image: a.example/one:1: not found';
const down =
  'Failed to pull image "b.example/two:2": failed to do request: Head "https://b.example/v2/two/manifests/2": dial tcp 192.0.2.1:443: connect: connection refused';
const refused =
  'Failed to pull image "c.example/three:3": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://c.example/token: 401 Unauthorized';
const secret = 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';

t.test('a text of one image is of one failed pull', t => {
  const cases = [
    gone,
    [gone, 'Error: ErrImagePull', 'Back-off pulling image "a.example/one:1"', 'Error: ImagePullBackOff']
      .map(event)
      .join('\n'),
    [secret, refused, 'Error: ErrImagePull'].map(event).join('\n'),
    'Started container app',
  ];
  for (const text of cases) t.equal(tell(text).length, 1, text);
  t.same(tell('  '), [[null, 'not-a-pull-failure', 1]]);
  t.same(failuresOf([]), []);
  t.end();
});

t.test('each image has its failure, what says most first, and what names none goes to its neighbour', t => {
  const text = [
    'Back-off pulling image "d.example/four:4"',
    'Error: ImagePullBackOff',
    gone,
    'Error: ErrImagePull',
    down,
    'Error: ErrImagePull',
    'Error: ImagePullBackOff',
  ]
    .map(event)
    .join('\n');
  t.same(tell(text), [
    ['a.example/one:1', 'tag-not-found', 2],
    ['b.example/two:2', 'network-unreachable', 3],
    ['d.example/four:4', 'backoff-only', 2],
  ]);
  t.end();
});

t.test('a missing secret is the reason of what was refused, and of nothing else', t => {
  t.same(tell([secret, down, refused].map(event).join('\n')), [
    ['c.example/three:3', 'secret-problem', 2],
    ['b.example/two:2', 'network-unreachable', 1],
  ]);
  t.same(
    tell([secret, down, gone.replace('not found', 'i/o timeout')].map(event).join('\n')).map(([, cause]) => cause),
    ['network-unreachable', 'network-timeout'],
  );
  t.end();
});

t.test("a secret of one pod is no reason of another's refusal", t => {
  const row = (pod: string, message: string): string => `shop  3s  Warning  Failed  pod/${pod}  ${message}`;
  const text = [
    row('web-0', secret),
    row('web-0', refused),
    row('api-0', refused.replaceAll('c.example/three:3', 'd.example/four:4')),
  ].join('\n');
  t.same(tell(text), [
    ['c.example/three:3', 'secret-problem', 2],
    ['d.example/four:4', 'auth-required', 1],
  ]);
  t.end();
});

t.test("a mirror's log line is of the image that the mirror serves below a path of its own", t => {
  const text = [
    'time="2026-11-21T22:46:48Z" level=info msg="trying next host" error="failed to do request: Head \\"https://m.example/v2/hub/library/two/manifests/2?ns=b.example\\": dial tcp 192.0.2.1:443: connect: connection refused" host=m.example',
    'time="2026-11-21T22:46:49Z" level=error msg="PullImage \\"b.example/two:2\\" failed" error="failed to pull and unpack image \\"b.example/two:2\\": failed to resolve image: b.example/two:2: not found"',
    gone,
  ].join('\n');
  t.same(
    tell(text).map(([image, , statements]) => [image, statements]),
    [
      ['b.example/two:2', 2],
      ['a.example/one:1', 1],
    ],
  );
  t.end();
});

t.test('a cause without an image stands alone where no failure beside it has it', t => {
  const full =
    'write /var/lib/containerd/io.containerd.content.v1.content/ingest/x: no space left on device: failed to pull and unpack image';
  t.same(
    tell([gone, full, down].map(event).join('\n')).map(([image, cause]) => [image, cause]),
    [
      ['a.example/one:1', 'tag-not-found'],
      [null, 'disk-full'],
      ['b.example/two:2', 'network-unreachable'],
    ],
  );
  t.end();
});

t.test('a statement tells its own pod', t => {
  const [statement] = readStatements(
    'E1121 22:41:53.6    1 x.go:2] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"EOF\\"" pod="shop/web-0"',
    ' ',
  );
  t.ok(statement);
  if (statement) t.same(podIn(readOne(statement, '')), { namespace: 'shop', pod: 'web-0', container: 'app' });
  t.end();
});
