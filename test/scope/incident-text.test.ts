import t from 'tap';
import type { Scope } from '../../src/model/scope.ts';
import { incidentText } from '../../src/scope/incident-text.ts';

const scopeOf = (kind: Scope['kind'], names: string[], passed: number, shared: Scope['shared'] = []): Scope => ({
  ...{ kind, nodes: { count: names.length, names }, shared, why: '' },
  evidence: { tried: names.length + passed, failed: names.length, passed, notTested: 0, stale: 0, flapping: 0 },
});
const at = {
  registry: 'reg.example',
  host: 'reg.example',
  image: null,
  registries: ['reg.example'],
  hosts: ['reg.example'],
};
const ca = { name: 'ca:reg.example', value: null, failing: 1, passing: 0 };
const zone = { name: 'zone', value: 'a', failing: 3, passing: 0 };

t.test('the one line says who, where, what, and whom it does not hit', t => {
  const lines: [Parameters<typeof incidentText>[0], string][] = [
    [
      { ...at, cause: 'tls-unknown-authority', scope: scopeOf('node', ['node-17'], 41, [ca]) },
      "node-17 cannot pull by reg.example: the node does not trust the CA that signed reg.example's certificate; 41 other nodes can, only this one has no ca:reg.example",
    ],
    [
      { ...at, cause: 'network-timeout', scope: scopeOf('nodes', ['a', 'b', 'c'], 6, [zone]) },
      '3 nodes with zone=a cannot pull by reg.example: reg.example does not answer in time; 6 other nodes can',
    ],
    [
      { ...at, cause: 'registry-error', scope: scopeOf('registry', ['a', 'b', 'c'], 0) },
      'reg.example fails for all 3 nodes that tried: reg.example answers with an error of its own',
    ],
    [
      { ...at, image: 'reg.example/team/app:1', cause: 'tag-not-found', scope: scopeOf('workload', ['a', 'b'], 0) },
      'reg.example/team/app:1 cannot be pulled on any node (2 tried): reg.example has no team/app:1 (tag or repository)',
    ],
    [
      { ...at, cause: 'network-timeout', scope: scopeOf('unknown', ['a'], 0) },
      'a cannot pull by reg.example: reg.example does not answer in time; no other node tried it',
    ],
  ];
  for (const [told, title] of lines) t.equal(incidentText(told).title, title);
  t.end();
});

t.test('the fix holds the names: a failing node, the registry and its directory', t => {
  const { fix } = incidentText({ ...at, cause: 'tls-unknown-authority', scope: scopeOf('node', ['node-17'], 41) });
  const text = JSON.stringify(fix);
  for (const part of ['node-17', '/etc/containerd/certs.d/reg.example', 'curl -v']) t.ok(text.includes(part), part);
  t.notMatch(text, /NODE|REGISTRY/);
  t.end();
});
