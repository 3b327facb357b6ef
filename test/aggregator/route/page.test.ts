import t from 'tap';
import { operationsOf } from '../../../src/aggregator/resource.ts';
import { getAny, sampleServer } from '../sample.ts';

t.test('the page comes without a token and under its policy; what it shows does not', async t => {
  const { app } = sampleServer(t, { auth: { kind: 'token', tokens: () => ['0123456789abcdef'] } });
  const response = await app.inject('/');
  t.equal(response.statusCode, 200);
  t.match(response.headers, { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' });
  t.match(response.headers['content-security-policy'], "default-src 'none'");
  t.match(await getAny(app, '/v1/incidents'), { status: 401 });
  t.match(await getAny(app, '/?a=1'), { status: 400 });
});

t.test('what the page asks is there, with the parameters that it gives', async t => {
  const { app } = sampleServer(t);
  const { body } = await app.inject('/');
  const operations = new Map(
    operationsOf(app).flatMap(({ method, path, query }) => (method === 'GET' ? [[path, query]] : [])),
  );
  const asked = [...body.matchAll(/ask\(\s*`([a-z]+)\?([^`]*)`/g)];
  t.ok(asked.length >= 5);
  for (const [, name = '', query = ''] of asked) {
    const known = operations.get(`/v1/${name}`);
    t.ok(known, name);
    for (const [, parameter = ''] of query.matchAll(/(?:^|&)(\w+)=/g))
      t.ok(parameter in (known ?? {}), `${name} ${parameter}`);
  }
  t.ok(operations.has('/v1/stream'));
});
