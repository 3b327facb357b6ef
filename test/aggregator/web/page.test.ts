import { createHash } from 'node:crypto';
import t from 'tap';
import { webPage } from '../../../src/aggregator/web/page.ts';

const { html, policy } = webPage();
const inside = (tag: string): string => new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`).exec(html)?.[1] ?? '';

t.test('a browser runs what is in the page and nothing else', t => {
  for (const tag of ['style', 'script']) {
    const text = inside(tag);
    t.ok(text.length > 1000, tag);
    t.match(policy, `${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  t.match(policy, /^default-src 'none';/);
  t.notMatch(policy, /unsafe|\*|https?:/);
  t.notMatch(html, /(?:src|href)="(?!data:,|#)/, 'nothing is loaded from elsewhere');
  t.notMatch(html, / (?:on\w+|style)="/, 'no code or style in attributes, which the policy forbids');
  t.end();
});

t.test('what comes from the API goes in as text, never as markup', t => {
  t.notMatch(
    inside('script'),
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|DOMParser/,
  );
  t.end();
});

t.test('the page can be read without seeing it', t => {
  t.match(html, /<html lang="en">/);
  for (const [, id = ''] of html.matchAll(/aria-labelledby="([\w-]+)"/g)) t.match(html, `id="${id}"`, id);
  for (const [, id = ''] of html.matchAll(/<label for="([\w-]+)"/g)) t.match(html, `<input id="${id}"`);
  t.match(html, /<noscript\b/);
  t.match(html, /role="status"/);
  for (const [, id = ''] of inside('script').matchAll(/element\('([\w-]+)'\)/g))
    t.match(html, `id="${id}"`, `the script's ${id}`);
  t.end();
});
