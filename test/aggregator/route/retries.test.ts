import t from 'tap';
import { limits } from '../../../src/model/limits.ts';
import { sampleFinding, sampleFull, sampleServer } from '../sample.ts';

type Server = ReturnType<typeof sampleServer>;

const report = (app: Server['app'], given: ReturnType<typeof sampleFull>) =>
  app.inject({ method: 'POST', url: '/v1/reports', payload: given });
const ask = (app: Server['app'], payload: string | object) =>
  app.inject({ method: 'POST', url: '/v1/retries', payload, headers: { 'content-type': 'application/json' } });

t.test('nodes that wait for an image hear of the request with their next report, once', async t => {
  const { app, clock } = sampleServer(t);
  const image = 'reg.example/team/api:1';
  const full = (name: string, seq: number, waits = true) =>
    sampleFull({ name, seq }, { findings: waits ? [sampleFinding({ id: `f-${name}`, image })] : [] });
  for (const name of ['n1', 'n2']) await report(app, full(name, 1));
  await report(app, full('n3', 1, false));
  const answer = await ask(app, { image });
  t.equal(answer.statusCode, 202);
  t.same(answer.json(), { image, nodes: ['n1', 'n2'] });
  t.match((await report(app, full('n1', 2))).json(), { stored: true, retry: [image] });
  t.equal((await report(app, full('n1', 3))).json<{ retry?: string[] }>().retry, undefined);
  t.equal((await report(app, full('n3', 2, false))).json<{ retry?: string[] }>().retry, undefined);
  clock.now += limits.herdCountMs;
  t.match((await report(app, full('n2', 2))).json(), {
    retry: [image],
    herd: { 'reg.example': { nodes: 2, place: 1 } },
  });
  t.same((await ask(app, { image, node: 'n3' })).json(), { image, nodes: ['n3'] }, 'one node, by name');
  t.match((await report(app, full('n3', 3, false))).json(), { retry: [image] });
});

t.test('what cannot be asked is refused by a code', async t => {
  const { app } = sampleServer(t);
  for (const [payload, code, status] of [
    ['{', 'request-invalid', 400],
    [{}, 'request-invalid', 400],
    [{ image: 'reg.example/UPPER' }, 'request-invalid', 400],
    [{ image: 'x:1', more: true }, 'request-invalid', 400],
    [{ image: 'x:1' }, 'not-found', 404],
    [{ image: 'x:1', node: 'gone' }, 'not-found', 404],
  ] as const) {
    const answer = await ask(app, payload);
    t.equal(answer.statusCode, status, JSON.stringify(payload));
    t.equal(answer.json<{ code: string }>().code, code, JSON.stringify(payload));
  }
});

t.test('what agents pulled by themselves is listed, the newest first, and narrowed', async t => {
  const { app } = sampleServer(t);
  const pulled = (image: string, at: number) =>
    ({
      image,
      at,
      ms: 2000,
      outcome: 'pulled',
      cause: null,
      message: null,
      healedAt: at - 500,
      savedMs: 90_000,
    }) as const;
  await report(app, sampleFull({ name: 'n1' }, { retries: [pulled('nginx', 1000), pulled('reg.example/x:1', 3000)] }));
  await report(app, sampleFull({ name: 'n2' }, { retries: [pulled('docker.io/library/nginx:latest', 2000)] }));
  const list = async (query = '') => {
    const { items } = (await app.inject(`/v1/retries${query}`)).json<{ items: { node: string; at: number }[] }>();
    return items.map(({ node, at }) => [node, at]);
  };
  t.same(await list(), [
    ['n1', 3000],
    ['n2', 2000],
    ['n1', 1000],
  ]);
  t.same(await list('?image=nginx'), [
    ['n2', 2000],
    ['n1', 1000],
  ]);
  t.same(await list('?node=n1&limit=1'), [['n1', 3000]]);
  const [first] = (await app.inject('/v1/retries')).json<{ items: object[] }>().items;
  t.match(first, { nodeUid: 'uid-of-n1', image: 'reg.example/x:1', healedAt: 2500, savedMs: 90_000 });
  t.equal((await app.inject('/v1/retries?node=gone')).statusCode, 404);
  await report(app, sampleFull({ name: 'n1', seq: 2 }));
  t.same(await list(), [['n2', 2000]], 'what a node does not tell any more is gone');
});
