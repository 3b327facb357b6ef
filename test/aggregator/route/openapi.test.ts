import t from 'tap';
import { sampleServer } from '../sample.ts';

type Described = {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown[] }>>;
  components: { schemas: Record<string, unknown> };
};

t.test('the description has every path, and every reference in it leads somewhere', async t => {
  const { app } = sampleServer(t);
  const response = await app.inject('/openapi.json');
  const document = response.json<Described>();
  t.equal(document.openapi, '3.1.0');
  const routes = app.printRoutes({ commonPrefix: false }).trimEnd().split('\n');
  t.equal(Object.keys(document.paths).length, routes.length);
  const names = [...response.body.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);
  t.ok(names.length > 30);
  for (const name of new Set(names)) t.ok(name in document.components.schemas, name);
  t.notMatch(response.body, /#\/\$defs/);
});

t.test('every operation tells its answers, and what needs no token says so', async t => {
  const { app } = sampleServer(t);
  const { paths } = (await app.inject('/openapi.json')).json<Described>();
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { responses, security }] of Object.entries(operations)) {
      t.ok(responses['400'] && responses['500'], `${method} ${path}`);
      const isOpen = ['/healthz', '/readyz', '/openapi.json', '/'].includes(path);
      t.equal(security?.length, isOpen ? 0 : undefined, path);
      t.equal('401' in responses, !isOpen, path);
    }
});
