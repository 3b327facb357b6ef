import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generatedPages } from './docs/pages.ts';
import { root, textOf } from './house/source-tree.ts';

t.test('the generated pages are current (npm run docs)', async t => {
  const pages = await generatedPages();
  t.ok(pages.length >= 2);
  for (const page of pages) t.equal(textOf(page.path), page.text, page.path);
});

t.test('every link of the README and the documents leads to a file', t => {
  const pages = ['README.md', ...['architecture', 'performance', 'changelog'].map(name => `docs/${name}.md`)];
  for (const page of pages) {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    for (const link of links) t.ok(existsSync(join(root, page, '..', link)), `${page} -> ${link}`);
  }
  t.end();
});
