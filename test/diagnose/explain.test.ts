import { fc } from '../house/property.ts';
import t from 'tap';
import { explainText } from '../../src/diagnose/explain.ts';
import { causes, type Cause } from '../../src/model/cause.ts';
import { limits } from '../../src/model/limits.ts';
import { anyParts, carried, goQuote, imageOf } from '../corpus/compose.ts';
import { describePage } from '../corpus/describe-page.ts';
import { describePod } from '../corpus/describe-pod.ts';

const unknownCa =
  'Failed to pull image "registry.corp.example/team/api:1.4.2": failed to pull and unpack image "registry.corp.example/team/api:1.4.2": failed to resolve reference "registry.corp.example/team/api:1.4.2": failed to do request: Head "https://registry.corp.example/v2/team/api/manifests/1.4.2": tls: failed to verify certificate: x509: certificate signed by unknown authority';

t.test('a describe page pasted whole gives one answer with its own names in the fix', t => {
  const answer = explainText(describePage(unknownCa));
  t.match(answer, {
    cause: 'tls-unknown-authority',
    stage: 'tls',
    owner: 'node',
    retry: 'never',
    image: 'registry.corp.example/team/api:1.4.2',
    registry: 'registry.corp.example',
    host: 'registry.corp.example',
  });
  const commands = answer.fix.flatMap(({ run }) => run ?? []);
  t.ok(commands.some(run => run.includes('/etc/containerd/certs.d/registry.corp.example/ca.crt')));
  t.ok(commands.some(run => run.startsWith('curl -v')));
  t.same(commands.slice(-2), [
    'kubectl -n shop rollout restart deployment/web',
    'kubectl -n shop rollout status deployment/web',
  ]);
  t.equal(answer.checklist.find(({ question }) => question === 6)?.answer, 'no');
  t.equal(answer.chain.at(-1), 'certificate signed by unknown authority');
  t.end();
});

t.test('what is known beside the text fills the commands', t => {
  const { fix } = explainText('Error: ErrImagePull', { namespace: 'ns', pod: 'web-5d4f8c7b9-x2k4q' });
  t.ok(fix.some(({ run }) => run === 'kubectl -n ns describe pod web-5d4f8c7b9-x2k4q'));
  t.end();
});

t.test('the same failure has the same cause whatever carries it', t => {
  fc.assert(
    fc.property(anyParts, parts => {
      const bare = explainText(carried({ ...parts, carrier: 'bare' }));
      const whole = explainText(carried(parts));
      t.equal(whole.cause, bare.cause, carried(parts));
      t.not(whole.cause, 'not-a-pull-failure');
      t.not(whole.cause, 'other');
      t.equal(whole.image, imageOf(parts));
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('an image whose name is an error says nothing', t => {
  const names = [
    'denied/unauthorized:429',
    'x509/toomanyrequests:403',
    'reg.example/connection-refused/no-such-host:eof',
  ];
  for (const image of names) {
    const text = `Failed to pull image "${image}": failed to resolve image: ${image}: not found`;
    t.equal(explainText(text).cause, 'tag-not-found', image);
    t.equal(explainText(`Back-off pulling image "${image}"`).cause, 'backoff-only', image);
    t.equal(explainText(`Pulling image "${image}"`).cause, 'not-a-pull-failure', image);
  }
  t.end();
});

t.test('a hostile name never becomes a command', t => {
  const hostile = ['$(reboot)', '`reboot`', 'a;reboot', "a'b", 'a b', '-rf', 'a|reboot', '\u202eevil'];
  for (const name of hostile) {
    const text = `Failed to pull image "${name}": failed to do request: Head "https://${name}/v2/": dial tcp: lookup ${name}: no such host`;
    const answer = explainText(text, { namespace: name, pod: name, container: name, node: name });
    for (const { run } of answer.fix) t.notOk(run?.includes(name), `${name}: ${String(run)}`);
  }
  t.end();
});

const one =
  'Failed to pull image "a.example/team/one:1": rpc error: code = NotFound desc = failed to pull and unpack image "a.example/team/one:1": failed to resolve image: a.example/team/one:1: not found';
const two =
  'Failed to pull image "b.example/two:2": rpc error: code = Unknown desc = failed to pull and unpack image "b.example/two:2": failed to resolve reference "b.example/two:2": failed to do request: Head "https://b.example/v2/two/manifests/2": tls: failed to verify certificate: x509: certificate signed by unknown authority';
const three =
  'Failed to pull image "nginx:3": rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/nginx:3": failed to resolve reference "docker.io/library/nginx:3": unexpected status from HEAD request to https://registry-1.docker.io/v2/library/nginx/manifests/3: 429 Too Many Requests';

t.test('statements about one image are one failure: the first cause, and the others in also', t => {
  const text = [
    'Failed to pull image "a.example/x:1": failed to do request: Head "https://a.example/v2/x/manifests/1": dial tcp: lookup a.example on 10.0.0.2:53: no such host',
    'Failed to pull image "a.example/x:1": write /var/lib/containerd/x: no space left on device',
    'Failed to pull image "a.example/x:1": toomanyrequests: slow down',
  ];
  const answer = explainText(text.join('\n'));
  t.equal(answer.cause, 'dns-failure');
  for (const cause of ['disk-full', 'rate-limited'] as const) t.ok(answer.also.includes(cause));
  t.notOk('others' in answer);
  t.notOk('others' in explainText(describePage(unknownCa)));
  t.end();
});

t.test('a text of several failed pulls: an answer of one, consistent in itself, and the others apart', t => {
  const row = (pod: string, text: string): string => `shop   3m12s   Warning   Failed   pod/${pod}   ${text}`;
  const klog = (text: string): string =>
    `E1121 22:41:53.6    4312 remote_image.go:250] "PullImage from image service failed" err=${goQuote(text.replace(/^Failed to pull image "[^"]*": /, ''))} image="x"`;
  const texts = [
    [one, two, three].join('; '),
    [one, two, three].join(' '),
    [one, two, three].join('\n'),
    [one, two, three].map((text, index) => row(`web-${index}`, text)).join('\n'),
    [one, two, three].map(klog).join('\n'),
    [one, two, three].map(klog).join(' '),
  ];
  for (const text of texts) {
    const { also, others, ...answer } = explainText(text);
    t.match(answer, { cause: 'tag-not-found', image: 'a.example/team/one:1', registry: 'a.example', host: null });
    t.match(answer.message, 'a.example/team/one:1');
    t.notMatch(answer.message, /b\.example|nginx/);
    t.notMatch(JSON.stringify(answer.fix), /b\.example|nginx/);
    t.same(also, ['image-not-found']);
    t.same(
      others?.map(other => [other.image?.replace('docker.io/library/', ''), other.cause]),
      [
        ['b.example/two:2', 'tls-unknown-authority'],
        ['nginx:3', 'rate-limited'],
      ],
      text,
    );
    for (const other of others ?? []) {
      t.ok(other.title.length > 10);
      t.match(
        explainText(other.message),
        { cause: other.cause, image: other.image },
        'its message gets the same answer',
      );
    }
  }
  t.end();
});

t.test('of any failures in one text, however they are joined, the answer is that of one alone', t => {
  const several = fc.uniqueArray(anyParts, { minLength: 2, maxLength: 3, selector: imageOf });
  fc.assert(
    fc.property(several, fc.constantFrom('\n', ' ', '; ', ', '), (failures, glue) => {
      const answer = explainText(failures.map(carried).join(glue));
      const own = failures.find(failure => imageOf(failure) === answer.image);
      const { cause, also, host, registry, others = [] } = answer;
      t.match(own === undefined ? null : explainText(carried(own)), { cause, also, host, registry });
      t.same([answer.image, ...others.map(({ image }) => image)].sort(), failures.map(imageOf).sort());
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('what says most is answered, not what comes first', t => {
  const answer = explainText(`Back-off pulling image "a.example/team/one:1"\n${two}`);
  t.match(answer, { cause: 'tls-unknown-authority', image: 'b.example/two:2', host: 'b.example' });
  t.match(answer.others, [{ cause: 'backoff-only', image: 'a.example/team/one:1' }]);
  t.end();
});

const pod = { name: 'web-5d4f8c7b9-x2k4q', namespace: 'shop', node: 'node-17' };
const invalid = 'registry.corp.example/Team/api:1.4.2';
const containers = {
  one: { name: 'one', image: 'a.example/team/one:1', reason: 'ImagePullBackOff', events: [one, 'Error: ErrImagePull'] },
  two: { name: 'two', image: 'b.example/two:2', reason: 'ErrImagePull', events: [two, 'Error: ErrImagePull'] },
  bad: {
    name: 'bad',
    image: invalid,
    reason: 'InvalidImageName',
    events: [
      `Failed to apply default image tag "${invalid}": couldn't parse image name "${invalid}": invalid reference format: repository name (Team/api) must be lowercase`,
      'Error: InvalidImageName',
    ],
  },
};

t.test(
  'a describe page of containers that fail for different causes: pod and container of the one that is answered',
  t => {
    const page = describePod(pod, [{ name: 'ok', image: 'nginx:1' }, containers.two, containers.one, containers.bad]);
    const answer = explainText(page);
    t.match(answer, { cause: 'tls-unknown-authority', image: 'b.example/two:2', registry: 'b.example' });
    t.ok(answer.fix.some(({ run }) => run === 'kubectl -n shop rollout restart deployment/web'));
    t.match(answer.others, [
      { image: 'a.example/team/one:1', cause: 'tag-not-found' },
      { image: invalid, cause: 'image-name-invalid' },
    ]);
    t.equal(answer.others?.length, 2);
    const first = explainText(describePod(pod, [containers.two, containers.one].reverse()));
    t.ok(first.fix.some(({ run }) => run === 'kubectl -n shop set image deployment/web one=CORRECT_IMAGE'));
    t.end();
  },
);

t.test('describe pages of several pods: the names are of the pod of the failure', t => {
  const api = { name: 'api-0', namespace: 'pay', node: 'node-3' };
  const text = `${describePod(pod, [{ ...containers.one, events: [] }])}\n\n${describePod(api, [containers.two])}`;
  const answer = explainText(text);
  t.match(answer, { cause: 'tls-unknown-authority', image: 'b.example/two:2' });
  t.ok(answer.fix.some(({ run }) => run === 'kubectl -n pay rollout restart statefulset/api'));
  t.notMatch(JSON.stringify(answer.fix), /shop|node-17/);
  t.match(answer.others, [{ cause: 'backoff-only', image: 'a.example/team/one:1' }]);
  t.end();
});

t.test('an image name that does not parse is told, from its event or from its container', t => {
  const gone = explainText(describePod(pod, [{ ...containers.bad, events: [] }]));
  const whole = explainText(describePod(pod, [containers.bad]));
  for (const answer of [gone, whole]) {
    t.match(answer, { cause: 'image-name-invalid', image: invalid });
    t.match(answer.title, /repository name \(Team\/api\) must be lowercase/);
    t.ok(answer.fix.some(({ run }) => run === 'kubectl -n shop set image deployment/web bad=CORRECT_IMAGE'));
    t.notOk('others' in answer);
  }
  t.match(whole.message, /Failed to apply default image tag/);
  for (const image of ['my app:1', 'nginx:', 'UPPER:1', '$IMAGE'])
    t.equal(
      explainText(
        `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
      ).image,
      image,
    );
  t.end();
});

t.test('the others are bounded', t => {
  const text = Array.from({ length: 60 }, (_none, index) => one.replaceAll('one:1', `n${index}:1`)).join('\n');
  t.equal(explainText(text).others?.length, limits.explainOthers);
  t.ok(explainText(`${one}\n${two}${' x'.repeat(9000)}`).others?.every(({ message }) => message.length <= 4096));
  t.end();
});

t.test('a secret that is missing is the reason for a refusal beside it, and of nothing else', t => {
  const secret =
    'Warning  FailedToRetrieveImagePullSecret  1s  kubelet  Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
  const refused =
    'Warning  Failed  1s  kubelet  Failed to pull image "a.example/x:1": pull access denied, repository does not exist or may require authorization';
  const down =
    'Warning  Failed  1s  kubelet  Failed to pull image "a.example/x:1": dial tcp 192.0.2.1:443: connect: connection refused';
  t.equal(explainText(`${secret}\n${refused}`).cause, 'secret-problem');
  t.equal(explainText(`${refused}\n${secret}`).cause, 'secret-problem');
  t.equal(explainText(`${secret}\n${down}`).cause, 'network-unreachable');
  t.equal(explainText(secret).cause, 'secret-problem');
  t.end();
});

t.test('lines that a terminal broke in the middle of words are put together', t => {
  const wrapped = unknownCa.replace(/.{70}/g, '$&\n');
  t.equal(explainText(wrapped).cause, 'tls-unknown-authority');
  t.end();
});

t.test('any text at all gets an answer of the taxonomy', t => {
  const shards = fc.constantFrom(
    'Failed to pull image "',
    '": ',
    '\\"',
    '\n',
    'rpc error: code = ',
    ' desc = ',
    'https://',
    '/v2/',
    'E1121 22:41:53.6    1 x.go:2] ',
    'err="',
    '{"msg":"',
    'time="',
    'x509: ',
    '\u001b[31m',
    '\u200b',
    '\u0000',
    '\ud800',
  );
  const text = fc
    .array(fc.oneof(shards, fc.string({ unit: 'binary' })), { maxLength: 40 })
    .map(parts => parts.join(''));
  fc.assert(
    fc.property(text, value => {
      const answer = explainText(value);
      t.ok(answer.cause in causes);
      t.equal(answer.checklist.length, 6);
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('bad input of every kind', t => {
  let nested = unknownCa;
  for (let depth = 0; depth < 12; depth += 1) nested = `Error: ${goQuote(nested)}`;
  const cases: [string, string, Cause][] = [
    ['nothing', '', 'not-a-pull-failure'],
    ['10 MB on one line', `${unknownCa}${' x'.repeat(5_000_000)}`, 'tls-unknown-authority'],
    ['10 MB before it', `${'x '.repeat(5_000_000)}${unknownCa}`, 'tls-unknown-authority'],
    ['binary', Array.from({ length: 2000 }, (_none, code) => String.fromCharCode(code)).join(''), 'not-a-pull-failure'],
    ['unbalanced quotes', unknownCa.replaceAll('": ', ': '), 'tls-unknown-authority'],
    ['quotes nested 12 deep', nested, 'tls-unknown-authority'],
    ['colour', unknownCa.replaceAll('failed', '\u001b[1;31mfailed\u001b[0m'), 'tls-unknown-authority'],
    ['CRLF', describePage(unknownCa).replaceAll('\n', '\r\n'), 'tls-unknown-authority'],
    [
      'zero-width and right-to-left marks',
      unknownCa.replaceAll('i', 'i\u200b').replace('x509', '\u202ex509\u202c'),
      'tls-unknown-authority',
    ],
  ];
  for (const [what, text, cause] of cases) t.equal(explainText(text).cause, cause, what);
  t.ok(explainText('x'.repeat(10 * limits.explainChars)).message.length <= limits.explainChars + 1);
  t.end();
});

t.test('a credential in the text is in no part of the answer', t => {
  const answer = explainText(
    'Failed to pull image "r.test/a:1": invalid proxy address "http://bob:sentinel@proxy.test:3128": invalid port',
  );
  t.match(answer, { registry: 'r.test' });
  t.notMatch(JSON.stringify(answer), 'sentinel');
  t.end();
});
