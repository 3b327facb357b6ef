import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../../house/source-tree.ts';

const rows = readFileSync(join(root, 'docs/faults.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && !/^\| (?:what happens|---)/.test(line));

/** `live/…` is run by `npm run test:live`, all else by `npm test`. */
const fileOf = (name: string): string =>
  join(root, name.startsWith('live/') ? `test/${name}.ts` : `test/aggregator/${name}.test.ts`);

t.test('every row of docs/faults.md names tests that are there', t => {
  t.ok(rows.length > 20, `${rows.length} rows`);
  for (const row of rows) {
    const [cell = ''] = /\|([^|]*)\|$/.exec(row)?.slice(1) ?? [];
    const named = [...cell.matchAll(/`([\w/-]+)`: ([^;]*[^; ])/g)];
    t.ok(named.length > 0, `a test for: ${row.slice(0, 60)}`);
    for (const [, name = '', title = ''] of named) {
      const file = fileOf(name);
      t.ok(existsSync(file) && readFileSync(file, 'utf8').includes(title), `${name}: ${title}`);
    }
  }
  t.end();
});
