import { spawnSync } from 'node:child_process';
import { fc } from '../house/property.ts';
import t from 'tap';
import { sh, shellWord } from '../../src/diagnose/shell.ts';

t.test('plain words stay, others are quoted', t => {
  t.equal(sh`crictl pull ${'reg.example:5000/a/b:1'}`, 'crictl pull reg.example:5000/a/b:1');
  t.equal(sh`a ${"it's"} ${''} z`, `a 'it'\\''s' '' z`);
  t.end();
});

t.test('a shell gives back any word', t => {
  const word = fc.string({ unit: 'binary-ascii' }).filter(text => !text.includes('\0'));
  const words = fc.sample(word, 300);
  const script = words.map(one => `printf '%s\\0' ${shellWord(one)}`).join('\n');
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  t.same(stdout.split('\0').slice(0, -1), words);
  t.end();
});
