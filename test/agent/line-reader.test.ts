import t from 'tap';
import { LineReader } from '../../src/agent/line-reader.ts';
import { limits } from '../../src/model/limits.ts';
import type { PullEvent } from '../../src/model/pull-event.ts';

const reader = () => {
  const events: PullEvent[] = [];
  let lost = 0;
  const read = new LineReader(
    event => events.push(event),
    count => (lost += count),
  );
  const line = (message: string | null, stream = 's'): void => read.read({ cursor: 'c', at: 5, message, stream });
  return { events, lost: () => lost, line };
};
const head = 'E1121 23:15:45.830747   22175 remote_image.go:18] "PullImage from image service failed" ';

t.test('a value over several lines is rejoined, also where two streams mix', t => {
  const { events, line } = reader();
  line(`${head}err=<`, 'a');
  line(`${head}err=<`, 'b');
  line('\trpc error: code = Unknown desc = unexpected status 403 Forbidden', 'a');
  line('\trpc error: code = Unknown desc = unexpected status 429', 'b');
  line('\tdenied: access denied', 'a');
  line(' > image="r/a:1"', 'a');
  line(' > image="r/b:1"', 'b');
  t.match(events, [
    { kind: 'image-failed', image: 'r/a:1', message: /403 Forbidden\ndenied: access denied/, at: 5 },
    { kind: 'image-failed', image: 'r/b:1', message: /429/ },
  ]);
  t.end();
});

t.test('what is lost is counted: no text, a torn line, lines that journald dropped', t => {
  const { events, line, lost } = reader();
  line(null);
  t.equal(lost(), 1);
  line(`${head}err="rpc error: code = Unk`);
  t.equal(lost(), 2);
  line('Suppressed 40 messages from kubelet.service');
  t.equal(lost(), 42);
  t.match(events, [{ kind: 'lines-lost', count: 40 }]);
  t.end();
});

t.test('streams are bounded: the one longest silent is given up', t => {
  const { events, line } = reader();
  line(`${head}err=<`, 'old');
  for (let index = 0; index < limits.openStreams; index += 1) line('I1121 23:15:45.830747 1 x.go:1] "x"', `s${index}`);
  line('\tunexpected status 403', 'old');
  line(' > image="r/a:1"', 'old');
  t.same(events, []);
  t.end();
});

t.test('a credential in a line is gone before anything is made of the line', t => {
  const { events, line } = reader();
  line(`${head}err="failed to do request: Get \\"https://b.test/v2/a/blobs/x?sig=sentinel\\": EOF" image="b.test/a:1"`);
  t.match(events, [
    { kind: 'image-failed', image: 'b.test/a:1', message: /b\.test\/v2\/a\/blobs\/x\?sig=\[REDACTED\]/ },
  ]);
  t.notMatch(JSON.stringify(events), 'sentinel');
  t.end();
});

t.test('what CRI-O pulled is named as it was asked for, whichever requests run beside it', t => {
  const { events, line } = reader();
  const crio = (message: string, id: string): void =>
    line(
      `time="2022-05-05 06:58:46.928773221+02:00" level=info msg="${message}" id=${id} name=/runtime.v1.ImageService/PullImage`,
    );
  const digest = 'sha256:869214b9eba25ac983db6e98ce70eb445e74e958a1fbad665dacad1d90b8cd86';
  crio('Pulling image: registry.internal/kube-apiserver:v1.20.15', '9d4ff6a9-42a4-4366-b55d-85bfeabe4b1d');
  crio('Pulling image: registry.internal/kube-proxy:v1.20.15', 'dec01177-932e-45ff-aaf0-db38acd432fc');
  crio(`Pulled image: registry.internal/kube-apiserver@${digest}`, '9d4ff6a9-42a4-4366-b55d-85bfeabe4b1d');
  crio(`Pulled image: registry.internal/other@${digest}`, 'begun-before-we-read');
  t.match(events.slice(2), [
    { kind: 'image-pulled', image: 'registry.internal/kube-apiserver:v1.20.15' },
    { kind: 'image-pulled', image: `registry.internal/other@${digest}` },
  ]);
  for (let at = 0; at < limits.runtimeRequests; at += 1) crio('Pulling image: r/x:1', `id-${at}`);
  crio('Pulled image: r/proxy@sha256:ab', 'dec01177-932e-45ff-aaf0-db38acd432fc');
  t.match(events.at(-1), { image: 'r/proxy@sha256:ab' }, 'requests of which nothing more is heard are forgotten');
  t.end();
});
