import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { splitStatement } from '../../src/parse/split-statement.ts';
import { readStatements } from '../../src/parse/statements.ts';
import { fc } from '../house/property.ts';
import { anyParts, carried, goQuote, imageOf } from '../corpus/compose.ts';

const parts = (line: string): string[] =>
  readStatements(line, ' ')
    .flatMap(splitStatement)
    .map(({ text }) => text);

const gone = (image: string): string =>
  `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
const failed = (image: string): string => `Failed to pull image "${image}": ${gone(image)}`;
const klog = (image: string): string =>
  `E1121 22:41:53.635097    4312 remote_image.go:250] "PullImage from image service failed" err=${goQuote(gone(image))} image=${goQuote(image)}`;

t.test('what is of one image is one part, however often and under whatever spelling it is named', t => {
  const cases = [
    failed('r.example/a:1'),
    `Failed to pull image "nginx": ${gone('docker.io/library/nginx:latest')}`,
    `Back-off pulling image "nginx": ErrImagePull: ${gone('docker.io/library/nginx:latest')}`,
    klog('r.example/a:1'),
    `${failed('r.example/a:1')}; ${failed('r.example/a:1')}`,
    'Failed to pull image "r.example/a:1": rpc error: code = Unknown desc = Error response from daemon: manifest for r.example/a:1 not found',
    'Trying to pull app:1 Error: initializing source docker://quay.io/app:1: reading manifest 1 in quay.io/app: unauthorized',
    '2 errors occurred while pulling: initializing source docker://one.example/app:1: EOF initializing source docker://two.example/app:1: EOF',
    // Whoever hides names may hide the same one by others.
    `Failed to pull image "x.example/a:1": ${gone('y.example/a:1')}`,
    'failed to pull image because of an error, failed to pull image from there',
    'nothing of the kind',
    '',
  ];
  for (const line of cases) t.equal(parts(line).length, 1, line);
  t.end();
});

t.test('failed pulls of several images on one line are parts, each with all that is its own', t => {
  const [a, b] = ['a.example/one:1', 'b.example/two:2'];
  const cases: [string, string[]][] = [
    [`${failed(a)}; ${failed(b)}`, [failed(a), failed(b)]],
    [`${failed(a)} ${failed(b)}`, [failed(a), failed(b)]],
    [`[${gone(a)}, ${gone(b)}]`, [`[${gone(a)}`, `${gone(b)}]`]],
    [`${failed(a)} Back-off pulling image "${b}"`, [failed(a), `Back-off pulling image "${b}"`]],
    [
      `${failed(a)}  Warning  Failed  3s  kubelet  ${failed(b)}`,
      [failed(a), `Warning  Failed  3s  kubelet  ${failed(b)}`],
    ],
    [
      `${klog(a)} ${klog(b)}`,
      [`PullImage from image service failed: ${gone(a)}`, `PullImage from image service failed: ${gone(b)}`],
    ],
    [
      'Failed to pull image a.example/one:1: not found; Failed to pull image b.example/two:2: EOF',
      ['Failed to pull image a.example/one:1: not found', 'Failed to pull image b.example/two:2: EOF'],
    ],
    [
      'Error response from daemon: pull access denied for one Error response from daemon: manifest for two:2 not found',
      [
        'Error response from daemon: pull access denied for one',
        'Error response from daemon: manifest for two:2 not found',
      ],
    ],
  ];
  for (const [line, wanted] of cases) t.same(parts(line), wanted, line);
  t.end();
});

t.test('a record that is too long to be read twice is left whole', t => {
  const long = `${failed('a.example/one:1')} ${'x'.repeat(limits.explainSplitChars)} ${failed('b.example/two:2')}`;
  t.equal(parts(long).length, 1);
  t.equal(parts(long.replace('xxxxx'.repeat(1000), '')).length, 2);
  t.end();
});

t.test('the containers of a sync error are parts that keep the pod', t => {
  const part = (container: string, image: string): string =>
    `failed to "StartContainer" for "${container}" with ErrImagePull: ${goQuote(gone(image))}`;
  const line = `E1121 22:41:53.635421    4312 pod_workers.go:1324] "Error syncing pod, skipping" err=${goQuote(
    `[${part('x', 'a.example/one:1')}, ${part('y', 'b.example/two:2')}]`,
  )} pod="shop/web-0" podUID="b61c9f02"`;
  const [whole] = readStatements(line, ' ');
  const split = whole ? splitStatement(whole) : [];
  t.equal(split.length, 2);
  t.equal(split[1]?.text, `${part('y', 'b.example/two:2')}]`);
  for (const { fields } of split) t.equal(fields.get('pod'), 'shop/web-0');
  t.end();
});

t.test('one failure, whatever carries it, is never taken apart', t => {
  fc.assert(
    fc.property(anyParts, one => {
      t.equal(parts(carried(one)).length, 1, `${imageOf(one)} ${carried(one)}`);
    }),
    { numRuns: 300 },
  );
  t.end();
});
