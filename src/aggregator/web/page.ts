import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The page in one piece, and the policy that lets a browser run nothing else and ask nobody else. */
export type WebPage = { html: string; policy: string };

const read = (name: string): string => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The script's modules, each behind those that it imports. */
const modules = ['elements', 'times', 'api', 'incidents', 'pulls', 'tables', 'main'];

/** All modules as one: inside the page nothing can be imported, and a page that loads nothing needs one hash. */
const joined = (): string =>
  modules
    .map(name =>
      read(`${name}.js`)
        .replace(/^import [^;]*;\n/gm, '')
        .replace(/^export /gm, ''),
    )
    .join('\n');

/** Puts the page together from its files, which lie in a folder beside this one. */
export const webPage = (): WebPage => {
  const [style, script] = [read('page.css'), joined()];
  const html = read('page.html')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script type="module">${script}</script>`);
  const policy = [
    ...["default-src 'none'", `style-src ${hashOf(style)}`, `script-src ${hashOf(script)}`, "connect-src 'self'"],
    ...['img-src data:', "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join('; ');
  return { html, policy };
};
