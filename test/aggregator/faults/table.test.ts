import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../../house/source-tree.ts';

const rows = [...readFileSync(join(root, 'docs/faults.md'), 'utf8').matchAll(/^\|.*\| `([\w/-]+)`: (.+?) *\|$/gm)];

t.test('every row of docs/faults.md names a test that is there', t => {
  t.ok(rows.length > 20, `${rows.length} rows`);
  for (const [, name = '', title = ''] of rows) {
    const file = join(root, `test/aggregator/${name}.test.ts`);
    t.ok(existsSync(file) && readFileSync(file, 'utf8').includes(title), `${name}: ${title}`);
  }
  t.end();
});
