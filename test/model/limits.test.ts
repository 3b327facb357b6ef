import { basename } from 'node:path';
import t from 'tap';
import { exportsOf, sourceFiles, textOf } from '../house/source-tree.ts';
import { limits } from '../../src/model/limits.ts';

const rooms = sourceFiles('src/model/limits');
const namesIn = (path: string): string[] => [...textOf(path).matchAll(/^ {2}(\w+): /gm)].map(([, name = '']) => name);

t.test('no limit stands in two rooms, where the last would win in silence', t => {
  t.ok(rooms.length > 5);
  for (const path of rooms) t.same(exportsOf(path), [`${basename(path, '.ts')}Limits`]);
  t.same(rooms.flatMap(namesIn).sort(), Object.keys(limits).sort());
  t.end();
});

t.test('every limit has its reason', t => {
  for (const path of rooms)
    for (const block of textOf(path)
      .split(/^export const .*$/m)
      .slice(1))
      t.match(block.trimStart(), /^\/\*\* /, `${path} begins with a reason`);
  t.end();
});
