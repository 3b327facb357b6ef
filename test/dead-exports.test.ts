import t from 'tap';
import { exportsOf, importsOf, sourceFiles, textOf } from './house/source-tree.ts';

const files = sourceFiles('src');
const used = new Set(files.flatMap(importsOf).flatMap(edge => edge.names.map(name => `${edge.to}#${name}`)));

/** A type that only appears in the signature of a used export of its own file is part of that export. */
const inOwnSignatures = (path: string, name: string): boolean =>
  [...textOf(path).matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1 &&
  new RegExp(`^export type ${name}\\b`, 'm').test(textOf(path));

t.test('every export of the source is used by another source file', t => {
  const dead = files.flatMap(path =>
    exportsOf(path)
      .filter(name => !used.has(`${path}#${name}`) && !used.has(`${path}#*`) && !inOwnSignatures(path, name))
      .map(name => `${path}: ${name}`),
  );
  t.ok(used.size > 10, `saw ${used.size} used names`);
  t.same(dead, []);
  t.end();
});
