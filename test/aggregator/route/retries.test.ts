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
