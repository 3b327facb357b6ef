import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { root } from './house/source-tree.ts';

const tapText = `TAP version 14
# Subtest: test/a.test.ts
    # Subtest: group
        ok 1 - fine
        not ok 2 - two is three
          ---
          source: |
            not ok 9 - a line of a report
          ...
        not ok 3 - not done yet # TODO
        1..3
    not ok 1 - group # time=3ms
    not ok 2 - outside of a group
    1..2
not ok 1 - test/a.test.ts # time=40ms
# Subtest: test/b.test.ts
    ok 1 - good
    ok 2 - elsewhere # SKIP needs root
    1..2
not ok 2 - test/b.test.ts # time=40ms
1..2
# { total: 7, pass: 2, fail: 3, todo: 1, skip: 1 }
`;

t.test('what failed is named once, with its file and groups, and counted', async t => {
  const dir = t.testdir({ 'result.tap': tapText });
  const run = async (script: string): Promise<string> => {
    const files = [join(dir, 'result.tap'), join(dir, 'missing.tap')];
    return (await promisify(execFile)(process.execPath, [join(root, '.ci', script), ...files])).stdout;
  };
  t.same((await run('failures.js')).trim().split('\n'), [
    'test/a.test.ts > group > two is three',
    'test/a.test.ts > outside of a group',
    'test/b.test.ts',
    `${join(dir, 'missing.tap')}: not written, the tests did not run to their end`,
  ]);
  t.equal(await run('count.js'), '2 4 1\n', 'a file that is missing is a failure');
  t.equal(await run('skips.js'), '1: needs root\n');
});
