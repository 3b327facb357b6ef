import t from 'tap';
import { exportsOf, importsOf, sourceFiles, textOf } from './house/source-tree.ts';

const files = sourceFiles('src');
const named = (paths: string[]): Set<string> =>
  new Set(paths.flatMap(importsOf).flatMap(edge => edge.names.map(name => `${edge.to}#${name}`)));
const used = named(files);
const tested = named([...sourceFiles('test'), ...sourceFiles('bench')]);
const usedInOwnFile = (path: string, name: string): boolean =>
  [...textOf(path).matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1;

const isType = (path: string, name: string): boolean => new RegExp(`^export type ${name}\\b`, 'm').test(textOf(path));

/**
 * Alive is what another source file imports; what its own file uses and a test holds by itself; and a type that is part
 * of another export's signature.
 */
const isAlive = (path: string, name: string): boolean =>
  used.has(`${path}#${name}`) ||
  used.has(`${path}#*`) ||
  (usedInOwnFile(path, name) && (tested.has(`${path}#${name}`) || isType(path, name)));

t.test('no export of the source is dead', t => {
  const dead = files.flatMap(path =>
    exportsOf(path)
      .filter(name => !isAlive(path, name))
      .map(name => `${path}: ${name}`),
  );
  t.ok(used.size > 10, `saw ${used.size} used names`);
  t.same(dead, []);
  t.end();
});
