import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { reloadProblems } from '../../../src/agent/node-config/config-reload.ts';
import { unknownConfig } from '../../../src/agent/node-config/running-config.ts';
import { writeTree } from './tree.ts';

const startedAt = Date.parse('2026-01-02T03:04:05Z');
const files = ['/etc/containerd/config.toml', '/etc/containerd/d.toml'];
const registry = { configPath: '/certs', mirrors: { b: ['x'], a: ['y'] }, tls: {} };

t.test('a runtime that tells its settings is compared with the files, whatever their age', async t => {
  const cases: [string, typeof registry, string[]][] = [
    ['the same in another order', { ...registry, mirrors: { a: ['y'], b: ['x'] } }, []],
    ['another directory', { ...registry, configPath: '' }, ['config-not-reloaded ignored']],
    ['other endpoints', { ...registry, mirrors: { a: ['y'], b: ['z'] } }, ['config-not-reloaded ignored']],
  ];
  for (const [name, told, expected] of cases) {
    const found = await reloadProblems(
      t.testdirName,
      { ...unknownConfig, registry: told, startedAt: 0 },
      { registry, files },
    );
    t.same(
      found.map(({ code, effect }) => `${code} ${effect}`),
      expected,
      name,
    );
    t.ok(found.every(({ file }) => file === files[0]));
  }
});

t.test('a runtime that tells nothing is older than a file that was written after its start', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, Object.fromEntries(files.map(file => [file, ''])));
  const ages: [number, number, string | null][] = [
    [-60, -60, null],
    [1, 1, null],
    [60, -60, files[0] ?? ''],
    [-60, 3600, files[1] ?? ''],
  ];
  for (const [main, dropIn, expected] of ages) {
    for (const [file, age] of [
      [files[0], main],
      [files[1], dropIn],
    ] as const) {
      const at = new Date(startedAt + age * 1000);
      await utimes(join(hostRoot, file ?? ''), at, at);
    }
    const found = await reloadProblems(hostRoot, { ...unknownConfig, startedAt }, { registry, files });
    t.equal(found[0]?.file ?? null, expected, `${main} s, ${dropIn} s`);
    if (expected !== null) t.match(found, [{ effect: 'unknown', detail: /^changed 2026-01-02T0[34]:0\d:05Z, after/ }]);
  }
  t.same(await reloadProblems(hostRoot, unknownConfig, { registry, files }), []);
  t.same(await reloadProblems(`${hostRoot}/none`, { ...unknownConfig, startedAt }, { registry, files }), []);
});
