import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { until } from '../../house/until.ts';
import { judged } from '../route/cluster.ts';
import { getAny, postReport, sampleFinding, sampleFull, sampleServer } from '../sample.ts';
import { runPage } from './fake-page.ts';
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

t.test('the script is its modules, each behind those that it imports, as one', t => {
  const folder = new URL('../../../src/aggregator/web/page/', import.meta.url);
  const names = readdirSync(folder).filter(name => name.endsWith('.js'));
  t.ok(names.length > 3);
  const script = inside('script');
  t.notMatch(script, /^(?:import|export)\b/m);
  const placeOf = (name: string): number => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const own = text.replace(/^import [^;]*;\n/gm, '').replaceAll(/^export /gm, '');
    for (const [, wanted = '', from = ''] of text.matchAll(/^import \{([^}]*)\} from '\.\/([^']*)';$/gm)) {
      t.ok(placeOf(from) < script.indexOf(own), `${name} stands behind ${from}`);
      const given = readFileSync(new URL(from, folder), 'utf8');
      for (const one of wanted.split(','))
        t.match(given, new RegExp(`^export const ${one.trim()} `, 'm'), `${from} has it`);
    }
    return script.indexOf(own);
  };
  for (const name of names) t.ok(placeOf(name) >= 0, `${name} is in the page`);
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

t.test(
  'an open incident tells what the agents do about it, and the pulls they made are told with their gain',
  async t => {
    const server = sampleServer(t);
    const { app, clock } = server;
    const recovery = {
      state: 'refused',
      code: 'policy-always',
      says: 'not pulled: the kubelet asks itself <b>',
    } as const;
    const times = { healedAt: 900_000, ranAt: 914_000, savedMs: 122_000 };
    const pulled = {
      image: 'reg.example/x:1',
      at: 903_000,
      ms: 2000,
      outcome: 'pulled',
      cause: null,
      message: null,
    } as const;
    const watched = { check: 'tcp.connect', host: 'reg.example', times: 31, since: 1 };
    for (const name of ['n1', 'n2'])
      await postReport(
        app,
        sampleFull(
          { name },
          {
            findings: [sampleFinding({ cause: 'disk-full', stage: 'unpack', retry: 'never', recovery })],
            retries: name === 'n1' ? [{ ...pulled, ...times, watched }] : [],
          },
        ),
      );
    clock.now += 60_000;
    await judged(server);
    const elements = runPage(inside('script'), html, path => getAny(app, path));
    const textOf = (id: string): string => elements.get(id)?.textContent ?? '';
    await until('the recovery', () => textOf('incident-list').includes('does not pull on'));
    t.match(textOf('incident-list'), /does not pull on 1 node +not pulled: the kubelet asks itself <b> +policy-always/);
    await until('the pulls', () => textOf('recovery-table').includes('reg.example/x:1'));
    t.match(
      textOf('recovery-table'),
      /reg\.example\/x:1 n1 .* tcp\.connect, asked 31× .* in 2 s .* 14 s after it healed 2 min 2 s$/,
    );
    t.equal(textOf('recovery-note'), '1 pull, 2 min 2 s gained on the kubelet’s own next attempts.');
    t.equal(elements.get('recovery-section')?.hidden, false);
  },
);
