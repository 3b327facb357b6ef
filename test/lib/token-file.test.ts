import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readTokens } from '../../src/lib/token-file.ts';

const token = '0123456789abcdef';

t.test('tokens are one a line, with blank lines and comments between', t => {
  const path = join(t.testdir({}), 'tokens');
  writeFileSync(path, `# old\n${token}\r\n\n  ${token}-new  \n`);
  t.same(readTokens(path), [token, `${token}-new`]);
  t.end();
});

t.test('a file that gives no usable token is refused, and the error never shows one', t => {
  const path = join(t.testdir({}), 'tokens');
  for (const content of ['', '\n#x\n', 'short', `two words ${token}`, `${token}\n${token}\u0000`]) {
    writeFileSync(path, content);
    t.throws(() => readTokens(path), { code: 'token-file-unreadable' }, JSON.stringify(content));
    try {
      readTokens(path);
    } catch (error) {
      t.notMatch(String(error), token);
    }
  }
  t.throws(() => readTokens(`${path}-missing`), { code: 'token-file-unreadable', message: /ENOENT/ });
  t.throws(() => readTokens(t.testdirName), { code: 'token-file-unreadable', message: /EISDIR/ });
  t.end();
});
