import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { exportsOf, root, sourceFiles, textOf } from './house/source-tree.ts';

/** Files without a test of their own name, and where they are tested instead. */
const exceptions = new Map([
  ['src/main.ts', 'test/main.test.ts runs the program'],
  ['src/commands.ts', 'test/main.test.ts'],
  ['src/lib/command.ts', 'test/main.test.ts'],
  ['src/model/cause.ts', 'test/docs.test.ts holds it against docs/causes.md'],
  ['src/model/codes.ts', 'test/docs.test.ts holds it against docs/errors.md'],
  ['src/model/check.ts', 'test/docs.test.ts holds it against docs/checks.md'],
  ['src/model/check-codes.ts', 'test/docs.test.ts holds it against docs/checks.md'],
  ['src/model/error.ts', 'a class with two fields'],
  ['src/model/incident.ts', 'test/wire/incident-schema.test.ts'],
  ['src/model/scope.ts', 'test/wire/incident-schema.test.ts'],
  ['src/agent/recover-case.ts', 'test/agent/recover.test.ts goes through the rules'],
  ['src/agent/check/ask-step.ts', 'test/live/recover.ts, on real hosts'],
  ...[
    ...['asked-retries', 'check-history', 'events', 'incidents', 'ingest', 'load-nodes', 'node-memory', 'prune'],
    ...['read-changes', 'read-findings', 'read-nodes', 'save-nodes', 'sql'],
  ].map((name): [string, string] => [
    `src/aggregator/store/${name}.ts`,
    'test/aggregator/store/contract.ts, on both databases',
  ]),
  ...['lead', 'sql', 'watch'].map((part): [string, string] => [
    `src/aggregator/store/postgres-${part}.ts`,
    'test/aggregator/store/contract.ts and replicas.test.ts, on a real server',
  ]),
]);

/** Folders of tables that one test goes through whole. */
const folders = new Map([
  ['src/model/limits/', 'test/model/limits.test.ts'],
  ['src/diagnose/text-rule/', 'test/diagnose/text-rules.test.ts runs every case of every rule'],
  ['src/diagnose/advice/', 'test/diagnose/advice.test.ts'],
]);

const inFolder = (path: string): boolean => [...folders.keys()].some(folder => path.startsWith(folder));

/** A file of types and tables of plain values has nothing to run. */
const isData = (path: string): boolean =>
  exportsOf(path).every(name => new RegExp(`^export type ${name}\\b`, 'm').test(textOf(path)));

t.test('every source file has its test, and every test its source', t => {
  const sources = sourceFiles('src');
  t.ok(sources.length > 10);
  for (const path of sources) {
    const mirror = path.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts');
    t.ok(
      existsSync(join(root, mirror)) || exceptions.has(path) || inFolder(path) || isData(path),
      `${path} has ${mirror}`,
    );
  }
  for (const path of exceptions.keys()) t.ok(sources.includes(path), `${path} is still there`);
  for (const folder of folders.keys())
    t.ok(
      sources.some(path => path.startsWith(folder)),
      `${folder} is still there`,
    );
  t.end();
});
