import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The project's root folder. */
export const root = resolve(import.meta.dirname, '../..');

/** One import of a module: what it names, the file or package it comes from, and how. */
export type ImportEdge = { from: string; to: string; names: string[]; kind: 'value' | 'type' | 'lazy' };

/** Paths of the TypeScript files below a folder, relative to the root, sorted. */
export const sourceFiles = (folder: string): string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root })
    .filter(path => !path.includes('node_modules'))
    .sort();

/** A file's text. */
export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

const importPattern = /^(?:import|export)\s+(type\s+)?(?:([\w*\s{},]+?)\s+from\s+)?'([^']+)';?/gms;
const lazyPattern = /\bimport\(\s*'([^']+)'\s*\)(?:[^;]*?=>\s*\w+\.(\w+))?/gs;

const namesOf = (clause: string): string[] =>
  clause
    .replace(/[{}]/g, ',')
    .split(',')
    .map(part =>
      part
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s+.*$/s, ''),
    )
    .filter(part => part !== '');

/** Every import of a file; relative ones resolved to paths from the root, packages as they are written. */
export const importsOf = (path: string): ImportEdge[] => {
  const text = textOf(path);
  const target = (name: string): string =>
    name.startsWith('.') ? relative(root, resolve(root, dirname(path), name)) : name;
  const fixed = [...text.matchAll(importPattern)].map(([, type, clause = '', name = '']) => ({
    from: path,
    to: target(name),
    names: namesOf(clause),
    kind: type === undefined ? ('value' as const) : ('type' as const),
  }));
  const lazy = [...text.matchAll(lazyPattern)].map(([, name = '', member]) => ({
    from: path,
    to: target(name),
    names: member === undefined ? ['*'] : [member],
    kind: 'lazy' as const,
  }));
  return [...fixed, ...lazy];
};

/** The names a file exports. */
export const exportsOf = (path: string): string[] =>
  [...textOf(path).matchAll(/^export\s+(?:const|type|class|function|async function|let)\s+(\w+)/gm)].map(
    ([, name = '']) => name,
  );
