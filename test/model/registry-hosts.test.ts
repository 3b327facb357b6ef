import t from 'tap';
import { configProblemCodes } from '../../src/model/registry-hosts.ts';
import { sourceFiles, textOf } from '../house/source-tree.ts';

t.test('every code of a configuration problem has a meaning and is given by the reader', t => {
  const reader = sourceFiles('src/agent/node-config').map(textOf).join('\n');
  for (const [code, meaning] of Object.entries(configProblemCodes)) {
    t.match(code, /^[a-z]+(-[a-z]+)*$/);
    t.ok(meaning.length > 10, code);
    t.ok(reader.includes(`'${code}'`), `${code} is given`);
  }
  t.end();
});
