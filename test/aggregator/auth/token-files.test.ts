import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tokenFiles } from '../../../src/aggregator/auth/token-files.ts';
import { limits } from '../../../src/model/limits.ts';
import { silentLog, temporaryDirectory } from '../sample.ts';

t.test('all files count, and a changed one is taken up without a restart', t => {
  const dir = temporaryDirectory(t);
  const [a, b] = [join(dir, 'a'), join(dir, 'b')];
  writeFileSync(a, 'token-of-a-0123456789\n');
  writeFileSync(b, '# comment\ntoken-of-b-0123456789\n');
  const clock = { now: 0 };
  const tokens = tokenFiles([a, b], silentLog, () => clock.now);
  t.same(tokens(), ['token-of-a-0123456789', 'token-of-b-0123456789']);
  writeFileSync(b, 'token-of-b-0123456789\nnewer-token-of-b-0123\n');
  t.equal(tokens().length, 2, 'not looked at again yet');
  clock.now += limits.tokenLookMs;
  t.same(tokens(), ['token-of-a-0123456789', 'token-of-b-0123456789', 'newer-token-of-b-0123']);
  rmSync(a);
  clock.now += limits.tokenLookMs;
  t.equal(tokens().length, 3, 'a file that is gone keeps what it had');
  writeFileSync(a, 'second-token-of-a-0123\n');
  clock.now += limits.tokenLookMs;
  t.ok(tokens().includes('second-token-of-a-0123'));
  t.notOk(tokens().includes('token-of-a-0123456789'), 'what was replaced is closed');
  t.end();
});

t.test('a file that cannot be read at the start stops it', t => {
  t.throws(() => tokenFiles([join(temporaryDirectory(t), 'none')], silentLog, Date.now), {
    code: 'token-file-unreadable',
  });
  t.end();
});
