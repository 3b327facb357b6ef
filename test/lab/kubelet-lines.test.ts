import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { goQuote, printKlog } from './klog.ts';
import * as lines from './kubelet-lines.ts';
import type { KubeletLine } from './kubelet-lines.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

// Lines of a real kubelet 1.36.2, as its journal had them; their own time and process are given back to the composer.
process.env['TZ'] = 'UTC';
const real = readFileSync(join(import.meta.dirname, 'fixtures/kubelet-1.36.2.log'), 'utf8')
  .trimEnd()
  .split('\n');

const pod = (name: string, uid = ''): lines.PodName => ({ namespace: 'default', name, uid });
const notFound =
  'rpc error: code = NotFound desc = failed to pull and unpack image "good.lab.test/app:v9": failed to resolve image: good.lab.test/app:v9: not found';
const denied =
  'failed to pull and unpack image "auth.lab.test/team/api:1.4.2": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
const noPlatform =
  'rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:d7b79025ea683841566b89fd413608568f2e4f1853177e1a66befb33b14025ab: not found';
const badCa =
  'failed to pull and unpack image "badca.lab.test/app:v1": failed to resolve image: unable to read CA cert "/etc/containerd/certs.d/badca.lab.test/missing.crt": open /etc/containerd/certs.d/badca.lab.test/missing.crt: no such file or directory';
const badName =
  'Failed to apply default image tag "good.lab.test/App:v1": couldn\'t parse image name "good.lab.test/App:v1": invalid reference format: repository name (App) must be lowercase';

const noTag = pod('tag-missing', 'b61c9f02-777c-43e4-8863-37829ec73c8a');
const failed = (reason: string, message: string): lines.StartError => ({ container: 'app', reason, message });
const nanos = (clock: string): bigint => {
  const [seconds = '', rest = ''] = clock.split('.');
  return BigInt(Date.parse(`2026-11-21T${seconds}Z`)) * 1_000_000n + BigInt(rest.padEnd(9, '0'));
};

const composed: KubeletLine[] = [
  ...lines.kubeletStarted(),
  lines.podEvent('ADD', pod('ok')),
  lines.noSandbox(pod('ok')),
  lines.containerStarted(
    pod('ok', '7c594ead-d842-4ca2-acce-d5ed07a53c4a'),
    'f3b55422032714de35b18cf01ffec4141bbe8a94f104815d7db56a0db1885704',
  ),
  lines.podRuns(pod('ok'), {
    created: nanos('22:41:52.9'),
    pulling: 385_937_624n,
    running: nanos('22:41:53.884662235'),
    noticed: nanos('22:41:53.989982253'),
    kubelet: nanos('22:41:44.818826361'),
  }),
  lines.pullFailed('good.lab.test/app:v9', notFound),
  lines.anonymousPullFailed('good.lab.test/app:v9', notFound),
  lines.startFailed(noTag, failed('ErrImagePull', notFound)),
  lines.syncFailed(noTag, [failed('ErrImagePull', notFound)]),
  lines.syncFailed(noTag, [
    failed('ImagePullBackOff', `Back-off pulling image "good.lab.test/app:v9": ErrImagePull: ${notFound}`),
  ]),
  lines.noResourceRecord(pod('unknown-ca')),
  lines.secretMissing(pod('missing-secret'), 'nosuchsecret'),
  lines.anonymousPullFailed('auth.lab.test/team/api:1.4.2', denied),
  lines.syncFailed(pod('badname', 'da93d897-8868-4115-a719-736f10c14c6c'), [failed('InvalidImageName', badName)]),
  lines.syncFailed(pod('never', '04b17d86-518d-4331-9be6-18fe5a90babb'), [
    failed('ErrImageNeverPull', 'Container image "good.lab.test/app:v7" is not present with pull policy of Never'),
  ]),
  lines.startFailed(pod('badca', '3c94d13d-346a-4a3c-b277-d213ef7c8c20'), failed('ErrImagePull', badCa)),
  lines.pullFailed('good.lab.test/multi:v1', noPlatform),
];

/** The wall clock and the monotonic one drift apart by some nanoseconds between two readings. */
const withoutDrift = (line: string): string => line.replace(/(m=\+\d+\.\d{7})\d\d/g, '$1');

t.test('every line is the real kubelet’s, byte for byte', t => {
  t.equal(composed.length, real.length);
  for (const [index, line] of composed.entries()) {
    const wanted = real[index] ?? '';
    const head = /^.(\d\d)(\d\d) (\S+)\.(\d{6}) +(\d+)/.exec(wanted) ?? [];
    const at = Date.parse(`2026-${head[1] ?? ''}-${head[2] ?? ''}T${head[3] ?? ''}Z`) + Number(head[4]) / 1000;
    const printed = printKlog({ ...line, at, pid: Number(head[5]) });
    t.equal(withoutDrift(printed), withoutDrift(wanted), wanted.slice(40, 110));
  }
  t.end();
});

t.test('a text of several lines is indented and not quoted', t => {
  const line = lines.pullFailed('r/x:1', 'rpc error: code = Unknown desc = 403 Forbidden\ndenied: no access');
  const printed = printKlog({ ...line, at: 0, pid: 22175 });
  t.equal(
    printed,
    'E0101 00:00:00.000000   22175 remote_image.go:250] "PullImage from image service failed" err=<\n' +
      '\trpc error: code = Unknown desc = 403 Forbidden\n\tdenied: no access\n > image="r/x:1"',
  );
  t.end();
});

t.test('several containers of a pod share one line, equal texts merged', t => {
  const one = failed('ErrImagePull', 'a');
  const line = lines.syncFailed(pod('x'), [one, one, { ...one, container: 'b' }]);
  t.equal(
    line.values[0]?.[1],
    '[failed to "StartContainer" for "app" with ErrImagePull: "a", failed to "StartContainer" for "b" with ErrImagePull: "a"]',
  );
  t.end();
});

t.test('texts are quoted as Go quotes them', t => {
  const cases: [string, string][] = [
    ['a "b" \\', String.raw`"a \"b\" \\"`],
    ['\u0007\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
    ['\u001b\u007f', String.raw`"\x1b\x7f"`],
    ['é–😀', '"é–😀"'],
    ['\u00a0\u200b', String.raw`"\u00a0\u200b"`],
    ['\u{e0001}', String.raw`"\U000e0001"`],
  ];
  for (const [given, wanted] of cases) t.equal(goQuote(given), wanted, given);
  t.end();
});
