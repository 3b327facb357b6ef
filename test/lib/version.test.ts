import t from 'tap';
import { version } from '../../src/lib/version.ts';
import { textOf } from '../house/source-tree.ts';

t.test('the version is that of package.json', t => {
  const manifest = JSON.parse(textOf('package.json')) as { version: string };
  t.equal(version, manifest.version);
  t.end();
});
