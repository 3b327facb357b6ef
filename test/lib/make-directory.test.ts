import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeDirectory } from '../../src/lib/make-directory.ts';

t.test('makes what is missing and leaves what is there', t => {
  const path = join(t.testdir({}), 'a', 'b');
  makeDirectory(path);
  makeDirectory(path);
  t.ok(statSync(path).isDirectory());
  t.equal(statSync(path).mode & 0o007, 0, 'nobody else looks inside');
  t.end();
});

t.test('comes back with the fault where none can be made', t => {
  const file = join(t.testdir({}), 'file');
  writeFileSync(file, '');
  t.throws(() => makeDirectory(file), { code: 'EEXIST' });
  t.throws(() => makeDirectory(join(file, 'below')), { code: 'ENOTDIR' });
  t.throws(() => makeDirectory('/proc/pullpath/data'), { code: 'ENOENT' });
  t.end();
});
