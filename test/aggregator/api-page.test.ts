import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { getAny, sampleServer } from './sample.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const headings = [...page.matchAll(/^## `(GET|POST) ([^`]+)`$/gm)].map(
  ([, method = '', path = '']) => `${method} ${path}`,
);

t.test('docs/api.md has a section for every path, and no other', async t => {
  const { app } = sampleServer(t);
  await app.ready();
  const paths = app.printRoutes({ commonPrefix: false }).trimEnd().split('\n');
  t.equal(headings.length, paths.length, `${headings.join(', ')} and ${paths.join(' ')}`);
  for (const heading of headings) {
    const [method = '', path = ''] = heading.split(' ');
    const response = await app.inject({ method: method as 'GET', url: path.replaceAll(/\{\w+\}/g, 'x') });
    t.notMatch(response.body, /path-unknown|method-not-allowed/, heading);
  }
});

t.test('docs/api.md names every parameter and every metric', async t => {
  const { app } = sampleServer(t);
  for (const path of ['/v1/nodes', '/v1/findings']) {
    const { body } = await getAny(app, `${path}?nonsense=1`);
    const [, names = ''] = /there are (.*)$/.exec((body as { detail: string }).detail) ?? [];
    t.ok(names.split(', ').length > 2);
    for (const name of names.split(', ')) t.match(page, `\`${name}\``, `${path} ${name}`);
  }
  const metrics = (await app.inject('/metrics')).body;
  for (const [, name = ''] of metrics.matchAll(/^# TYPE (\S+)/gm)) t.match(page, `\`${name}\``, name);
});
