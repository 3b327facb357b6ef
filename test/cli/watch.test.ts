import t from 'tap';
import { watchCommand } from '../../src/cli/watch.ts';
import { postReport, sampleFinding, sampleFull } from '../aggregator/sample.ts';
import { kubectlTo } from './fake-kubectl.ts';
import { runCommand, servedCluster } from './run-command.ts';

const newsOf = (seq: number): unknown =>
  sampleFull(
    { name: 'node-8', seq },
    { findings: [sampleFinding({ id: `f-new-${seq}`, cause: 'disk-full', title: 'the disk is full' })] },
  );

t.test('each event is a line, as it happens, until Ctrl-C', async t => {
  const { server, app } = await servedCluster(t);
  const stop = new AbortController();
  // Again and again: what comes before the command follows is not told.
  let seq = 1;
  const timer = setInterval(() => {
    seq += 1;
    void postReport(app, newsOf(seq));
  }, 200);
  t.teardown(() => clearInterval(timer));
  const ran = await runCommand(watchCommand, ['--server', server], {
    signal: stop.signal,
    onOut: out => {
      if (out.includes('disk-full')) stop.abort();
    },
  });
  t.equal(ran.code, 0);
  t.match(ran.out, /^\d\d:\d\d:\d\d {2}finding {3}opened {3}node-8 {2}disk-full {2}the disk is full$/m);
  t.match(ran.err, /Following .* Ctrl-C ends/);
});

t.test('with --since what happened before comes first, and JSON is one object a line', async t => {
  const { server, clock } = await servedCluster(t);
  const stop = new AbortController();
  const since = new Date(clock.now - 600_000).toISOString();
  const ran = await runCommand(
    watchCommand,
    ['--server', server, '-o', 'json', '--since', since, '--cause', 'tag-not-found'],
    {
      signal: stop.signal,
      onOut: out => {
        if (out.includes('"incident"')) stop.abort();
      },
    },
  );
  const lines = ran.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown);
  t.match(lines, [{ what: 'finding', change: 'opened', finding: { cause: 'tag-not-found' } }, { what: 'incident' }]);
});

t.test('through kubectl it asks again and again, and says so', async t => {
  const { server, clock } = await servedCluster(t);
  kubectlTo(t, server);
  const stop = new AbortController();
  const since = new Date(clock.now - 600_000).toISOString();
  const ran = await runCommand(watchCommand, ['--kubectl', '--since', since], {
    signal: stop.signal,
    onOut: () => stop.abort(),
  });
  t.match(ran, { code: 0, err: /carries no stream: asking every 5 s/, out: /incident/ });
});

t.test('where nobody answers it ends at once', async t => {
  await t.rejects(runCommand(watchCommand, ['--server', 'http://127.0.0.1:9']), { code: 'aggregator-unreachable' });
});
