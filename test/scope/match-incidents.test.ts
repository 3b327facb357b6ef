import t from 'tap';
import type { Incident } from '../../src/model/incident.ts';
import { ClusterJudge } from '../../src/scope/cluster-judge.ts';
import { stepIncidents } from '../../src/scope/incidents.ts';
import { matchIncidents } from '../../src/scope/match-incidents.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';
import { wayTo } from './sample.ts';
import { nodesOf, viewOf } from './views.ts';

const faultsAndIncidents = (
  inputs: NodeInput[],
): { faults: ReturnType<ClusterJudge['faults']>; incidents: Incident[] } => {
  const view = viewOf(inputs, 0);
  const faults = new ClusterJudge(view).faults(60_000);
  return { faults, incidents: stepIncidents([], faults, view, 60_000).map(({ incident }) => incident) };
};

const failing = (wrong: (at: number) => boolean): NodeInput[] =>
  nodesOf(12, at => ({ checks: wayTo('r', wrong(at) ? 'tcp-timeout' : null) }));

t.test('a fault under another key continues the incident whose nodes it has', t => {
  const before = faultsAndIncidents(failing(at => at < 2)).incidents;
  const wider = faultsAndIncidents(failing(() => true)).faults;
  const { continued, merged, unseen } = matchIncidents(before, wider, 61_000);
  t.same([...continued.values()], before);
  t.equal(merged.size, 0);
  t.same(unseen, []);
  t.end();
});

t.test('a fault of other nodes, or of another kind, does not', t => {
  const before = faultsAndIncidents(failing(at => at === 0)).incidents;
  for (const inputs of [
    failing(at => at === 5),
    nodesOf(12, at => ({ checks: wayTo('r', at === 0 ? 'tls-unknown-authority' : null) })),
  ]) {
    const { continued, unseen } = matchIncidents(before, faultsAndIncidents(inputs).faults, 61_000);
    t.equal(continued.size, 0);
    t.same(unseen, before);
  }
  t.end();
});

t.test('of several incidents in one fault the oldest goes on, and the others merge into it', t => {
  const ids = [0, 1].map(at => faultsAndIncidents(failing(node => node === at)).incidents[0] as Incident);
  const [young, old] = ids.map((incident, at) => ({ ...incident, openedAt: 100 - at }));
  if (young === undefined || old === undefined) throw new Error('no incidents');
  const { faults } = faultsAndIncidents(failing(() => true));
  const { continued, merged } = matchIncidents([young, old], faults, 61_000);
  t.same([...continued.values()], [old]);
  t.same([...merged.keys()], [young]);
  t.end();
});

t.test('a closed one of the same key is taken up for ten minutes', t => {
  const { faults, incidents } = faultsAndIncidents(failing(at => at === 0));
  const closed = incidents.map((one): Incident => ({ ...one, state: 'closed', closedAt: 100_000 }));
  t.equal(matchIncidents(closed, faults, 699_999).continued.size, 1);
  t.equal(matchIncidents(closed, faults, 700_000).continued.size, 0);
  t.end();
});
