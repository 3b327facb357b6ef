import t from 'tap';
import { callEvery, describedBy, faultOf, requestOf } from './every-call.ts';
import { brokenCluster } from './route/cluster.ts';
import { sampleServer } from './sample.ts';

// Real work for as many calls, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

t.test('every operation, asked rightly or wrongly, answers as it is described and never with a fault', async t =>
  callEvery(t, await brokenCluster(t), 60),
);

t.test('parameters are taken by all that name them and refused by all others', async t => {
  const { app } = await brokenCluster(t);
  const { paths } = await describedBy(app);
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { parameters }] of Object.entries(operations)) {
      const url = path.replaceAll(/\{\w+\}/g, 'node-0');
      for (const name of ['nonsense', '__proto__', 'constructor', 'toString']) {
        const query: [string, string][] = [[name, '1']];
        const { statusCode, body } = await app.inject(
          requestOf(method.toUpperCase(), { path: url, query, headers: {}, body: '{}' }),
        );
        t.equal(statusCode, 400, `${method} ${path}?${name}`);
        t.match(JSON.parse(body), { code: 'query-invalid' });
      }
      for (const { name, in: place, schema, example } of parameters) {
        if (place !== 'query' || path === '/v1/stream') continue;
        if (schema.enum === undefined && example === undefined) continue;
        const value = schema.enum === undefined ? example : schema.enum[0];
        const response = await app.inject(`${url}?${name}=${encodeURIComponent(String(value))}`);
        t.not(response.statusCode, 400, `${path} ${name} ${String(value)}`);
      }
    }
});

t.test(
  'without a token, and with a wrong one, every operation that is not open is refused as it describes',
  async t => {
    const { app } = sampleServer(t, { auth: { kind: 'token', tokens: () => ['0123456789abcdef'] } });
    const { paths, components } = await describedBy(app);
    for (const [path, operations] of Object.entries(paths))
      for (const [method, operation] of Object.entries(operations))
        for (const headers of [{}, { authorization: 'Bearer wrong-wrong-wrong' }]) {
          const url = path.replaceAll(/\{\w+\}/g, 'node-0');
          const response = await app.inject(
            requestOf(method.toUpperCase(), { path: url, query: [], headers, body: '{}' }),
          );
          const isOpen = operation.security?.length === 0;
          t.equal(response.statusCode, isOpen ? 200 : 401, `${method} ${path}`);
          t.equal(faultOf(operation, components.schemas, response), null, `${method} ${path}`);
        }
  },
);
