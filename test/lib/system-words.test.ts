import { readFileSync } from 'node:fs';
import t from 'tap';
import { codeWords, systemWords } from '../../src/lib/system-words.ts';

const faultOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

t.test('a system’s code is told in words, with the code to look for', t => {
  t.equal(codeWords('EACCES'), 'permission denied (EACCES)');
  t.equal(codeWords('UND_ERR_SOCKET'), 'the connection was cut (UND_ERR_SOCKET)');
  t.equal(codeWords('HPE_ODD'), 'HPE_ODD', 'one that nobody knows stays');
  t.end();
});

t.test('so is an error; one without a code speaks for itself', t => {
  t.equal(systemWords(faultOf(() => readFileSync('/nowhere'))), 'no such file or directory (ENOENT)');
  t.equal(systemWords(faultOf(() => readFileSync('/'))), 'illegal operation on a directory (EISDIR)');
  t.equal(systemWords(new Error('not so')), 'not so');
  t.equal(systemWords(Object.assign(new Error('bad indentation'), { code: 'BAD_INDENT' })), 'bad indentation');
  t.equal(systemWords('odd'), 'odd');
  t.end();
});
