import t from 'tap';
import { isOlder, oldestNode, version } from '../../src/lib/version.ts';
import { textOf } from '../house/source-tree.ts';

t.test('the version, and the oldest Node, are those of package.json', t => {
  const manifest = JSON.parse(textOf('package.json')) as { version: string; engines: { node: string } };
  t.equal(version, manifest.version);
  t.equal(`>=${oldestNode}`, manifest.engines.node);
  t.end();
});

t.test('versions are compared by number', t => {
  for (const old of ['20.20.2', '22.9.0', '22.18.99', '9.99.0']) t.ok(isOlder(old, '22.19'), old);
  for (const young of ['22.19.0', '22.100.0', '23.0.0', '100.1.0']) t.notOk(isOlder(young, '22.19'), young);
  t.end();
});
