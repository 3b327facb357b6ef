import { spawnSync } from 'node:child_process';
import t from 'tap';
import { adviceFor } from '../../src/diagnose/advice.ts';
import { adviceNames, type AdviceNames } from '../../src/diagnose/advice-names.ts';
import { runtimes, type Runtime } from '../../src/diagnose/runtime.ts';
import { causes, type Cause } from '../../src/model/cause.ts';

const namesAt = (runtime: Runtime): AdviceNames =>
  adviceNames({
    image: 'r.example:5000/team/api:1',
    registry: null,
    host: null,
    known: { namespace: 'shop', pod: 'web-5d4f8c7b9-x2k4q', container: 'app', node: 'node-17' },
    runtime,
  });
const everyName = (Object.keys(runtimes) as Runtime[]).map(namesAt);
const all = Object.keys(causes) as Cause[];

t.test('every cause has a title of one line, a meaning, and something to do', t => {
  for (const names of everyName)
    for (const cause of all) {
      const { title, means, confirm, fix } = adviceFor(cause);
      t.match(title(names), /^.{10,160}$/, cause);
      t.match(means, /\.$/, cause);
      if (cause !== 'not-a-pull-failure') t.ok(confirm(names).length > 0 && fix(names).length > 0, cause);
    }
  t.end();
});

t.test('every command is one line that a shell can read, with the names in it', t => {
  const commands = everyName.flatMap(names =>
    all.flatMap(cause => {
      const { confirm, fix } = adviceFor(cause);
      return [...confirm(names), ...fix(names)].flatMap(({ run }) => run ?? []);
    }),
  );
  t.ok(commands.length > 60);
  for (const run of new Set(commands)) {
    t.notMatch(run, /\n/);
    t.notMatch(run, /NAMESPACE|POD|NODE|\bIMAGE\b|REGISTRY/, 'no placeholder where the name is known');
    t.equal(spawnSync('bash', ['-n', '-c', run]).status, 0, run);
  }
  t.ok(commands.includes('kubectl -n shop rollout restart deployment/web'));
  t.notOk(
    commands.some(run => /--insecure|skip-tls|skip_verify|curl [^|;]*-\w*k/.test(run)),
    'verification is never switched off',
  );
  t.end();
});
