import type { Incident } from '../../src/model/incident.ts';
import type { Scope } from '../../src/model/scope.ts';

/** Twelve of 42 nodes, which share a zone. */
export const sampleScope = (given: Partial<Scope> = {}): Scope => ({
  kind: 'nodes',
  nodes: { count: 12, names: Array.from({ length: 12 }, (_, at) => `node-${at + 1}`) },
  shared: [{ name: 'zone', value: 'b', failing: 12, passing: 0 }],
  evidence: { tried: 42, failed: 12, passed: 30, notTested: 3, stale: 2, flapping: 0 },
  why: '12 of 42 nodes that tried fail; they share zone=b',
  ...given,
});

export const sampleIncident = (given: Partial<Incident> = {}): Incident => ({
  ...{ id: 'i-0123456789abcdef', key: 'nodes tls zone=b', state: 'growing', severity: 'error' },
  ...{ since: 1000, openedAt: 31_000, changedAt: 100_000, closedAt: null, mergedInto: null },
  ...{ cause: 'tls-unknown-authority', also: [], stage: 'tls', owner: 'node', retry: 'never' },
  ...{ registry: 'reg.example', host: 'reg.example', image: null, registries: ['reg.example'] },
  scope: sampleScope(),
  peak: 12,
  pods: { count: 14, some: [{ namespace: 'prod', pod: 'api-1', container: 'api', node: 'node-1' }] },
  title: '12 nodes with zone=b cannot pull by reg.example: the node does not trust the CA; 30 other nodes can',
  fix: [{ say: 'Put the CA on the node', run: 'install -D ca.crt /etc/containerd/certs.d/reg.example/ca.crt' }],
  findings: ['f-1', 'f-2'],
  ...given,
});
