import t from 'tap';
import { readRegistriesConf } from '../../../src/agent/node-config/read-registries-conf.ts';
import { limits } from '../../../src/model/limits.ts';
import { writeTree } from './tree.ts';

const signal = new AbortController().signal;
const registry = (name: string): string => `[[registry]]\nlocation = "${name}"\n`;

const cases: [string, Record<string, string | null>, string[], string[]][] = [
  ['nothing', {}, [], []],
  [
    'drop-ins after the file, in their order, root’s own after the system’s',
    {
      '/etc/containers/registries.conf': registry('a.test'),
      '/etc/containers/registries.conf.d/b.conf': registry('c.test'),
      '/etc/containers/registries.conf.d/a.conf': registry('b.test'),
      '/etc/containers/registries.conf.d/c.toml': registry('x.test'),
      '/root/.config/containers/registries.conf.d/a.conf': registry('d.test'),
    },
    ['a.test', 'b.test', 'c.test', 'd.test'],
    [],
  ],
  [
    'root’s own file in place of all that is the system’s',
    {
      '/etc/containers/registries.conf': registry('a.test'),
      '/etc/containers/registries.conf.d/a.conf': registry('b.test'),
      '/root/.config/containers/registries.conf': registry('c.test'),
      '/root/.config/containers/registries.conf.d/a.conf': registry('d.test'),
    },
    ['c.test', 'd.test'],
    [],
  ],
  [
    'a drop-in that is no TOML',
    { '/etc/containers/registries.conf': registry('a.test'), '/etc/containers/registries.conf.d/a.conf': 'x' },
    ['a.test'],
    ['config-invalid pull-fails /etc/containers/registries.conf.d/a.conf:1'],
  ],
  [
    'a directory',
    { '/etc/containers/registries.conf': null },
    [],
    ['config-unreadable pull-fails /etc/containers/registries.conf:null'],
  ],
  [
    'a file that is too large',
    { '/etc/containers/registries.conf': '#'.repeat(limits.configTomlBytes + 1) },
    [],
    ['file-too-large not-read /etc/containers/registries.conf:null'],
  ],
];

for (const [name, files, registries, problems] of cases)
  t.test(name, async t => {
    const hostRoot = t.testdir();
    await writeTree(hostRoot, files);
    const found = await readRegistriesConf(hostRoot, signal);
    t.same(
      found.conf.registries.map(({ prefix }) => prefix),
      registries,
    );
    t.same(
      found.problems.map(({ code, effect, file, line }) => `${code} ${effect} ${file}:${line}`),
      problems,
    );
  });
