import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { removeTemporaryFiles, writeFileAtomically } from '../../src/lib/atomic-file.ts';

t.test('a file is replaced whole and nothing else is left', async t => {
  const directory = t.testdir({ state: 'old' });
  const path = join(directory, 'state');
  await writeFileAtomically(path, 'new');
  t.equal(await readFile(path, 'utf8'), 'new');
  t.same(await readdir(directory), ['state']);
});

t.test('where it cannot be replaced the error comes out and the temporary file goes', async t => {
  const directory = t.testdir({ state: { inside: '' } });
  await t.rejects(writeFileAtomically(join(directory, 'state'), 'new'), { code: 'EISDIR' });
  t.same(await readdir(directory), ['state']);
  await t.rejects(writeFileAtomically(join(directory, 'nowhere/state'), 'new'), { code: 'ENOENT' });
});

t.test('what a killed writer left is removed, and nothing else', async t => {
  const directory = t.testdir({ kept: '' });
  await writeFile(join(directory, 'state.tmp'), 'half');
  await mkdir(join(directory, 'folder'));
  await removeTemporaryFiles(directory);
  t.same(await readdir(directory), ['folder', 'kept']);
});
