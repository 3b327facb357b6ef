import t from 'tap';
import {
  evidenceText,
  many,
  namesText,
  scopeText,
  sharedText,
  traitText,
  valueText,
} from '../../src/cli/scope-text.ts';
import type { Scope } from '../../src/model/scope.ts';
import { sampleScope } from './sample-incident.ts';

const none = { tried: 0, failed: 0, passed: 0, notTested: 0, stale: 0, flapping: 0 };

t.test('how far a fault reaches, in a few words', t => {
  const cases: [Partial<Scope>, string][] = [
    [{}, '12 nodes zone=b'],
    [{ shared: [] }, '12 nodes'],
    [{ kind: 'node', nodes: { count: 1, names: ['node-17'] } }, 'node-17'],
    [{ kind: 'node', nodes: { count: 1, names: [] } }, '1 node'],
    [{ kind: 'registry' }, 'registry, 12 of 42'],
    [{ kind: 'registry', evidence: { ...none, tried: 42, failed: 42 } }, 'registry, everyone'],
    [{ kind: 'workload' }, 'image, everywhere'],
    [{ kind: 'unknown', nodes: { count: 1, names: ['a'] } }, 'unknown, 1 node tried'],
  ];
  for (const [given, text] of cases) t.equal(scopeText(sampleScope(given)), text);
  t.end();
});

t.test('what was not tested is always told', t => {
  t.equal(evidenceText(sampleScope()), 'tried 42: failed 12, passed 30; not tested 3, stale 2');
  const unsteady = { ...none, flapping: 4 };
  t.equal(evidenceText({ evidence: unsteady }), 'tried 0: failed 0, passed 0; not tested 0, unsteady 4');
  t.end();
});

t.test('of a hash the beginning is shown, and nothing commands the terminal', t => {
  t.equal(valueText('a'.repeat(64)), 'aaaaaaaaaaaa');
  t.equal(valueText(null), 'none');
  t.equal(valueText('x\u001b[2J'), 'x [2J');
  t.equal(traitText({ name: 'proxy', value: null }), 'no proxy');
  const [zone] = sampleScope().shared;
  t.equal(zone === undefined ? '' : sharedText(zone, sampleScope()), 'zone=b: 12 of 12 failing, 0 of 30 passing');
  t.end();
});

t.test('names are cut to a few, and what is not known by name is counted', t => {
  const names = Array.from({ length: 100 }, (_, at) => `n${at}`);
  t.equal(namesText({ count: 3, names: ['a', 'b', 'c'] }, false), 'a, b, c');
  t.equal(namesText({ count: 5000, names }, false, 2), 'n0, n1 and 4998 more');
  t.match(namesText({ count: 5000, names }, true), /n99 and 4900 more$/);
  t.equal(many(1, 'node'), '1 node');
  t.equal(many(2, 'node'), '2 nodes');
  t.end();
});
