import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generatedPages } from './docs/pages.ts';
import { checkCodes } from '../src/model/check-codes.ts';
import { checkKinds } from '../src/model/check.ts';
import { configProblemCodes } from '../src/model/registry-hosts.ts';
import { root, textOf } from './house/source-tree.ts';

t.test('the generated pages are current (npm run docs)', async t => {
  const pages = await generatedPages();
  t.ok(pages.length >= 2);
  for (const page of pages) t.equal(textOf(page.path), page.text, page.path);
});

t.test('docs/checks.md has every check and code of the source, and no other', t => {
  const listed = [...textOf('docs/checks.md').matchAll(/^\| `([\w.-]+)`/gm)].map(([, name = '']) => name);
  const own = [checkKinds, checkCodes, configProblemCodes].flatMap(table => Object.keys(table));
  t.ok(listed.length > 60);
  t.same(listed.toSorted(), own.toSorted());
  t.equal(new Set(own).size, own.length, 'no code stands for two things');
  t.end();
});

t.test('every link of the README and the documents leads to a file', t => {
  const pages = ['README.md', ...['architecture', 'performance', 'changelog'].map(name => `docs/${name}.md`)];
  for (const page of pages) {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    for (const link of links) t.ok(existsSync(join(root, page, '..', link)), `${page} -> ${link}`);
  }
  t.end();
});
