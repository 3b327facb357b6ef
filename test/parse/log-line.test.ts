import t from 'tap';
import type { PullEvent } from '../../src/model/pull-event.ts';
import { readLogLine } from '../../src/parse/log-line.ts';
import { recordedLines, recordings, scenarios } from '../recording/lines.ts';

const at = 1_700_000_000_000;
const read = (line: string): PullEvent[] => readLogLine(line, at).events;
const klog = (rest: string): string => `E1121 22:41:53.635421    4312 x.go:1] ${rest}`;

const who = { namespace: 'default', pod: 'web', podUid: 'u1', container: 'app' };
const pod = 'pod="default/web" podUID="u1"';

t.test('a sync error names the pod, the reason, the image and the error under the back-off', t => {
  const cases: [string, object][] = [
    [
      'ErrImagePull: \\"failed to pull and unpack image \\\\\\"r/x:1\\\\\\": EOF\\"',
      { reason: 'ErrImagePull', image: 'r/x:1', message: 'failed to pull and unpack image "r/x:1": EOF' },
    ],
    [
      'ImagePullBackOff: \\"Back-off pulling image \\\\\\"x\\\\\\"\\"',
      { reason: 'ImagePullBackOff', image: 'x', message: null },
    ],
    [
      'ImagePullBackOff: \\"Back-off pulling image \\\\\\"x\\\\\\": ErrImagePull: EOF\\"',
      { reason: 'ImagePullBackOff', image: 'x', message: 'EOF' },
    ],
    [
      'ErrImageNeverPull: \\"Container image \\\\\\"r/x:1\\\\\\" is not present with pull policy of Never\\"',
      { reason: 'ErrImageNeverPull', image: 'r/x:1' },
    ],
    [
      'failed to record image pull intent: disk: \\"failed to record\\"',
      { reason: 'failed to record image pull intent: disk', image: null },
    ],
  ];
  for (const [reason, wanted] of cases) {
    const line = klog(
      `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ${reason}" ${pod}`,
    );
    t.match(read(line), [{ kind: 'pod-failed', at, who, ...wanted }], reason);
  }
  t.end();
});

t.test('containers that fail for other reasons are none of ours', t => {
  const line = klog(
    `"Error syncing pod, skipping" err="[failed to \\"StartContainer\\" for \\"app\\" with CrashLoopBackOff: \\"back-off\\", failed to \\"StartContainer\\" for \\"b\\" with ImagePullBackOff: \\"Back-off pulling image \\\\\\"x\\\\\\"\\"]" ${pod}`,
  );
  t.match(read(line), [{ who: { ...who, container: 'b' }, image: 'x' }]);
  t.equal(read(line).length, 1);
  const sandbox = klog(
    `"Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for \\"web_default(u1)\\" with CreatePodSandboxError: \\"failed to get sandbox image \\\\\\"pause:3\\\\\\": EOF\\"" ${pod}`,
  );
  t.match(read(sandbox), [{ who: { ...who, container: 'POD' }, image: 'pause:3' }]);
  const network = klog(
    `"Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for \\"web_default(u1)\\" with CreatePodSandboxError: \\"network of image x not ready\\"" ${pod}`,
  );
  t.same(read(network), []);
  t.end();
});

t.test('JSON logging gives the same events', t => {
  const line = JSON.stringify({
    ts: 1,
    caller: 'kubelet/pod_workers.go:1',
    msg: 'Error syncing pod, skipping',
    pod: { name: 'web', namespace: 'default' },
    podUID: 'u1',
    err: 'failed to "StartContainer" for "app" with ErrImagePull: "EOF while pulling image \\"x\\""',
  });
  t.match(read(line), [{ kind: 'pod-failed', who, reason: 'ErrImagePull', image: 'x' }]);
  t.end();
});

t.test('lines without a pod, of all ages', t => {
  const cases: [string, object[]][] = [
    [
      klog('"PullImage from image service failed" err="EOF" image="r/x:1"'),
      [{ kind: 'image-failed', source: 'kubelet', image: 'r/x:1', message: 'EOF' }],
    ],
    [
      klog('"PullImage from image service failed" err=<\n\t403 Forbidden\n\tdenied: no\n > image="r/x:1"'),
      [{ kind: 'image-failed', image: 'r/x:1', message: '403 Forbidden\ndenied: no' }],
    ],
    [
      klog('PullImage "r/x:1" from image service failed: rpc error: EOF'),
      [{ kind: 'image-failed', image: 'r/x:1', message: 'rpc error: EOF' }],
    ],
    [
      klog('"Failed to pull image" err="EOF" image="r/x:1"'),
      [{ kind: 'image-failed', source: 'kubelet', image: 'r/x:1', anonymous: true }],
    ],
    [klog('Pull image "r/x:1" failed: EOF'), [{ kind: 'image-failed', image: 'r/x:1', message: 'EOF' }]],
    [
      klog(
        '"Unable to retrieve pull secret, the image pull may not succeed." pod="default/web" secret="" err="secret \\"s\\" not found"',
      ),
      [{ kind: 'secret-missing', namespace: 'default', pod: 'web', message: 'secret "s" not found' }],
    ],
    [
      klog(
        'Unable to retrieve pull secret default/s for default/web due to secret "s" not found.  The image pull may not succeed.',
      ),
      [{ kind: 'secret-missing', namespace: 'default', pod: 'web', message: 'secret "s" not found' }],
    ],
    [
      klog('"Failed to provide credentials for image" err="exit status 1" provider="ecr" image="r/x:1"'),
      [{ kind: 'credentials-failed', image: 'r/x:1', message: 'exit status 1' }],
    ],
    [
      klog('"Observed pod startup duration" pod="default/web" podStartSLOduration=1.6'),
      [{ kind: 'pod-started', namespace: 'default', pod: 'web' }],
    ],
    [
      klog('"SyncLoop DELETE" source="api" pods=["default/web","b/c"]'),
      [
        { kind: 'pod-gone', namespace: 'default', pod: 'web' },
        { kind: 'pod-gone', namespace: 'b', pod: 'c' },
      ],
    ],
    [
      klog('"SyncLoop REMOVE" source="api" pods=[default/web]'),
      [{ kind: 'pod-gone', namespace: 'default', pod: 'web' }],
    ],
    [
      klog('SyncLoop (DELETE, "api"): "web_default(u1), c_b(u2)"'),
      [
        { kind: 'pod-gone', namespace: 'default', pod: 'web' },
        { kind: 'pod-gone', namespace: 'b', pod: 'c' },
      ],
    ],
    [
      klog(
        'Error syncing pod u1 ("web_default(u1)"), skipping: failed to "StartContainer" for "app" with ErrImagePull: "EOF"',
      ),
      [{ kind: 'pod-failed', who, message: 'EOF' }],
    ],
    ['Suppressed 117 messages from kubelet.service', [{ kind: 'lines-lost', count: 117 }]],
  ];
  for (const [line, wanted] of cases) {
    const events = read(line);
    t.match(events, wanted, line);
    t.equal(events.length, wanted.length, line);
  }
  t.end();
});

t.test('runtime lines', t => {
  const runtime = (rest: string): string => `time="2026-11-21T22:46:48.1Z" level=info ${rest}`;
  const cases: [string, object[]][] = [
    [
      runtime('msg="PullImage \\"r/x:1\\" failed" error="EOF"'),
      [{ kind: 'image-failed', source: 'runtime', image: 'r/x:1', message: 'EOF' }],
    ],
    [
      runtime('msg="trying next host" error="EOF" host="m:5000"'),
      [{ kind: 'host-failed', host: 'm:5000', message: 'EOF' }],
    ],
    [
      runtime('msg="fetch failed after status: 503 Service Unavailable" host=m'),
      [{ kind: 'host-failed', host: 'm', message: 'fetch failed after status: 503 Service Unavailable' }],
    ],
    [runtime('msg="trying next host - response was http.StatusNotFound" host=m'), [{ kind: 'host-failed', host: 'm' }]],
    [
      runtime('msg="Pulled image \\"r/x:1\\" with image id \\"sha256:a\\", repo tag \\"r/x:1\\""'),
      [{ kind: 'image-pulled', image: 'r/x:1' }],
    ],
    [
      runtime('msg="PullImage \\"r/x:1\\" returns image reference \\"sha256:a\\""'),
      [{ kind: 'image-pulled', image: 'r/x:1' }],
    ],
    [
      runtime('msg="Pulled image: docker.io/library/nginx@sha256:ab"'),
      [{ kind: 'image-pulled', image: 'docker.io/library/nginx@sha256:ab' }],
    ],
    [
      JSON.stringify({ error: 'EOF', level: 'error', msg: 'PullImage "r/x:1" failed' }),
      [{ kind: 'image-failed', source: 'runtime', image: 'r/x:1', message: 'EOF' }],
    ],
    [runtime('msg="PullImage \\"r/x:1\\""'), [{ kind: 'pull-started', image: 'r/x:1' }]],
    [
      runtime('msg="Pulling image: r/x:1" id=7f name=/runtime.v1.ImageService/PullImage'),
      [{ kind: 'pull-started', image: 'r/x:1', request: '7f' }],
    ],
    [
      runtime('msg="Pulled image: r/x@sha256:ab" id=7f name=/runtime.v1.ImageService/PullImage'),
      [{ kind: 'image-pulled', image: 'r/x@sha256:ab', request: '7f' }],
    ],
  ];
  for (const [line, wanted] of cases) {
    const events = read(line);
    t.match(events, wanted, line);
    t.equal(events.length, wanted.length, line);
  }
  t.end();
});

t.test('a line cut in half is told from one that says nothing', t => {
  t.same(
    readLogLine(
      klog(
        '"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"rpc er',
      ),
      at,
    ),
    { events: [], torn: true },
  );
  t.same(readLogLine('Started kubelet.service - pulling image', at), { events: [], torn: false });
  t.same(readLogLine('\u0000\u0001 Failed to pull image', at), { events: [], torn: false });
  t.end();
});

t.test('the recorded nodes: every failing pod is named with its image', t => {
  for (const name of recordings) {
    const images = new Map<string, Set<string>>();
    for (const line of recordedLines(name))
      for (const event of readLogLine(line, at).events)
        if (event.kind === 'pod-failed' && event.image !== null)
          images.set(event.who.pod, (images.get(event.who.pod) ?? new Set()).add(event.image));
    const failing = Object.entries(scenarios).filter(([, { cause }]) => cause !== null);
    t.ok(failing.length > 20);
    for (const [podName, { image }] of failing)
      t.ok(
        [...(images.get(podName) ?? [])].some(seen => seen === image || seen.endsWith(`/${image}`)),
        `${name} ${podName}`,
      );
  }
  t.end();
});
