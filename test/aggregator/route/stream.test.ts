import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { keepJudging } from '../../../src/aggregator/judge.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { limits } from '../../../src/model/limits.ts';
import { until } from '../../house/until.ts';
import { wayTo } from '../../scope/sample.ts';
import { getAny, postReport, sampleFinding, sampleFull, sampleServer, silentLog } from '../sample.ts';

const listening = async (app: FastifyInstance): Promise<string> => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/stream`;
};

type Events = { kind: string; id: string }[];

/** Reads a stream until it holds so many events. */
const read = async (response: Response, count: number): Promise<Events> => {
  let text = '';
  const events = (): Events =>
    [...text.matchAll(/^id: (\d+)\nevent: (\S+)\ndata: .*$/gm)].map(([, id = '', kind = '']) => ({ id, kind }));
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (events().length >= count) break;
  }
  return events();
};

t.test('findings are told as they open and close, and a reader goes on at another replica', async t => {
  const { app, store } = sampleServer(t);
  const other = sampleServer(t, { store });
  const [url, otherUrl] = [await listening(app), await listening(other.app)];
  const first = await fetch(url);
  t.match(first.headers.get('content-type'), 'text/event-stream');
  await postReport(app, sampleFull({ seq: 1 }, { findings: [sampleFinding()] }));
  const [opened] = await read(first, 1);
  t.equal(opened?.kind, 'finding.opened');
  await postReport(app, sampleFull({ seq: 2 }));
  await postReport(app, sampleFull({ seq: 3 }, { findings: [sampleFinding()] }));
  const back = await fetch(otherUrl, { headers: { 'last-event-id': opened?.id ?? '' } });
  t.same(
    (await read(back, 2)).map(({ kind }) => kind),
    ['finding.closed', 'finding.opened'],
  );
});

t.test('a reader with ten streams has as many as one may have, and the others are told to come back', async t => {
  const { app } = sampleServer(t);
  const url = await listening(app);
  const responses = await Promise.all(Array.from({ length: 10 }, () => fetch(url)));
  const refused = responses.filter(({ status }) => status === 429);
  t.equal(refused.length, 10 - limits.streamsPerCaller);
  t.match(await refused[0]?.json(), { code: 'too-many-requests' });
  t.ok(Number(refused[0]?.headers.get('retry-after')) > 0);
  t.match((await getAny(app, '/v1/nodes')).status, 200, 'and everything else is answered');
  for (const response of responses) if (response.status === 200) await response.body?.cancel();
});

t.test('what is no event’s id is refused, and HEAD gets no stream', async t => {
  const { app } = sampleServer(t);
  for (const id of ['x', '-1', '1.5', '9'.repeat(16)])
    t.match((await app.inject({ url: '/v1/stream', headers: { 'last-event-id': id } })).json(), {
      ...{ status: 400, parameter: 'Last-Event-ID' },
    });
  t.match((await app.inject('/v1/stream?from=1')).json(), { status: 400, parameter: 'from' });
  const head = await app.inject({ method: 'HEAD', url: '/v1/stream' });
  t.equal(head.statusCode, 200);
  t.match(head.headers['content-type'], 'text/event-stream');
});

t.test('the server stops with streams open', async t => {
  const { app } = sampleServer(t);
  const response = await fetch(await listening(app));
  await app.close();
  t.same(await read(response, 1), [], 'it ended');
});

t.test('an incident whose evidence alone is newer sends nothing; one that heals does', async t => {
  const server = sampleServer(t);
  const { app, clock, store, cluster } = server;
  const ended = new AbortController();
  const judging = keepJudging({ store, cluster, log: silentLog, now: () => clock.now, signal: ended.signal });
  const url = await listening(app);
  const response = await fetch(url);
  const report = (node: number, seq: number, broken: boolean): Promise<unknown> =>
    postReport(
      app,
      sampleFull({ name: `n-${node}`, seq }, { checks: wayTo('r.example', broken ? 'tls-unknown-authority' : null) }),
    );
  const openOne = async (isSo: (one: Incident) => boolean): Promise<void> =>
    until('the incident', async () => {
      const any = { state: 'open', cause: null, registry: null, image: null, since: null, before: null } as const;
      return (await store.incidents({ ...any, limit: 1 })).items.some(isSo);
    });
  for (const node of [1, 2, 3]) await report(node, 1, node === 1);
  await openOne(() => true);
  // A further node passes: the evidence is another, and the title counts it.
  await report(4, 1, false);
  // Short of what makes a node silent.
  clock.now += limits.judgeRefreshMs;
  await openOne(({ scope, title }) => scope.evidence.passed === 3 && /3 other nodes/.test(title));
  await report(1, 2, false);
  await openOne(({ state }) => state === 'healing');
  t.same(
    (await read(response, 2)).map(({ kind }) => kind),
    ['incident.opened', 'incident.changed'],
  );
  const { events } = await store.eventsAfter(0, 10);
  t.match(events.at(-1)?.body, { state: 'healing' }, 'and what was told is that it heals');
  t.equal(events.length, 2);
  ended.abort();
  await judging;
});
