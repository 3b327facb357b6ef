import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { operationsOf } from '../../src/aggregator/resource.ts';
import { sampleServer } from './sample.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const headings = [...page.matchAll(/^## `(GET|POST) ([^`]+)`$/gm)].map(
  ([, method = '', path = '']) => `${method} ${path}`,
);

t.test('docs/api.md has a section for every path, and no other', async t => {
  const { app } = sampleServer(t);
  await app.ready();
  const paths = app.printRoutes({ commonPrefix: false }).trimEnd().split('\n');
  // A path may take more than one method.
  const told = new Set(headings.map(heading => heading.split(' ')[1]));
  t.equal(told.size, paths.length, `${headings.join(', ')} and ${paths.join(' ')}`);
  for (const heading of headings) {
    const [method = '', path = ''] = heading.split(' ');
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
    t.ok(app.hasRoute({ method: method, url }), heading);
  }
});

t.test('docs/api.md names every parameter and every metric', async t => {
  const { app } = sampleServer(t);
  await app.ready();
  const operations = operationsOf(app);
  t.ok(operations.length > 10);
  for (const { path, query } of operations) {
    const [, section = ''] = new RegExp(`^## \`GET ${path}\`\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(page) ?? [];
    for (const name of Object.keys(query)) t.match(section, `\`${name}\``, `${path} ${name}`);
  }
  const metrics = (await app.inject('/metrics')).body;
  for (const [, name = ''] of metrics.matchAll(/^# TYPE (\S+)/gm)) t.match(page, `\`${name}\``, name);
});
