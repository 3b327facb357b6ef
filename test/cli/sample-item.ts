import type { FindingItem, NodeSummary } from '../../src/wire/api.ts';
import { sampleFinding } from '../aggregator/sample.ts';

export const sampleItem = (given: Partial<FindingItem> = {}): FindingItem => ({
  ...sampleFinding(),
  ...{ node: 'node-1', nodeUid: 'u', state: 'open', openedAt: 1000, changedAt: 1000, closedAt: null },
  ...given,
});

export const sampleSummary = (given: Partial<NodeSummary> = {}): NodeSummary => ({
  ...{ name: 'node-1', uid: 'u', bootId: 'b', status: 'ok', firstSeen: 0, lastSeen: 0, reportedAt: 0 },
  ...{ agentVersion: '0.1.0', errors: 0, warnings: 0, causes: [], waiting: 0 },
  ...given,
});
