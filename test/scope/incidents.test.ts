import t from 'tap';
import * as v from 'valibot';
import type { CheckCode } from '../../src/model/check-codes.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { NodeInput } from '../../src/scope/node-evidence.ts';
import { incidentSchema } from '../../src/wire/incident-schema.ts';
import { nodeCheck, nodeInput, wayTo } from './sample.ts';
import { storyOf } from './story.ts';
import { nodesOf } from './views.ts';

/** So many nodes, of which the first some fail at a registry. */
const cluster = (count: number, failing: number, code: CheckCode = 'tcp-timeout'): NodeInput[] =>
  nodesOf(count, at => ({ checks: wayTo('r.example', at < failing ? code : null) }));

const only = (incidents: ReadonlyMap<string, Incident>): Incident => {
  const [one, ...more] = [...incidents.values()];
  if (one === undefined || more.length > 0) throw new Error(`${more.length + 1} incidents`);
  return one;
};

t.test('what may heal is held for half a minute, what is the node’s own is not', t => {
  const blip = storyOf();
  blip.say(0, cluster(3, 1));
  t.same(blip.step(1000), []);
  t.same(blip.step(29_000), []);
  blip.say(29_500, cluster(3, 0));
  t.same(blip.step(31_000), [], 'healed in time');
  t.equal(blip.incidents.size, 0);

  const lasting = storyOf();
  lasting.say(0, cluster(3, 1));
  t.same(lasting.step(30_000), ['opened opened node']);

  const disk = storyOf();
  disk.say(0, [nodeInput('a', { checks: [nodeCheck('node.disk', 'unpack', 'disk-full')] })]);
  t.same(disk.step(1000), ['opened opened node']);
  const runtime = storyOf();
  runtime.say(0, [nodeInput('a', { checks: [nodeCheck('runtime.cri', 'runtime', 'cri-unavailable')] })]);
  t.same(runtime.step(1000), ['opened opened node']);
  const trust = storyOf();
  trust.say(0, cluster(3, 1, 'tls-unknown-authority'));
  t.same(trust.step(1000), ['opened opened node']);
  t.end();
});

t.test('an outage that spreads is one incident from the first node to the registry, and until it is over', t => {
  const { say, step, incidents } = storyOf();
  say(0, cluster(20, 1));
  t.same(step(30_000), ['opened opened node']);
  const { id, openedAt } = only(incidents);
  say(40_000, cluster(20, 8));
  t.same(step(41_000), ['changed growing nodes']);
  say(50_000, cluster(20, 20));
  t.same(step(51_000), ['changed growing registry']);
  t.same(step(52_000), [], 'nothing new, nothing told');
  t.same(step(171_500), ['changed opened registry'], 'it grew no more for two minutes');
  say(180_000, cluster(20, 9));
  t.same(step(181_000), ['changed healing registry'], 'it keeps its reach while it heals');
  say(190_000, cluster(20, 0));
  t.same(step(191_000), ['changed healing registry']);
  t.same(step(250_000), []);
  t.same(step(251_000), ['closed closed registry']);
  const last = only(incidents);
  t.equal(last.id, id);
  t.equal(last.openedAt, openedAt);
  t.equal(last.peak, 20);
  t.equal(last.closedAt, 251_000);
  t.same(v.parse(incidentSchema, JSON.parse(JSON.stringify(last))), last, 'and is what the wire says');
  t.end();
});

t.test('from half of the most on it heals, and its beginning stays that of the first node', t => {
  const { say, step } = storyOf();
  say(0, cluster(20, 8));
  t.same(step(30_000), ['opened opened nodes']);
  say(200_000, cluster(20, 5));
  t.same(step(201_000), ['changed opened nodes']);
  say(210_000, cluster(20, 4));
  t.same(step(211_000), ['changed healing nodes'], 'just half');

  const other = storyOf();
  const failing = (...names: number[]): NodeInput[] =>
    nodesOf(10, at => ({ checks: wayTo('r.example', names.includes(at) ? 'tcp-timeout' : null) }));
  other.say(5000, failing(0));
  other.say(20_000, failing(0, 1));
  other.step(40_000);
  other.say(50_000, failing(1));
  other.step(51_000);
  t.equal(only(other.incidents).since, only(other.incidents).openedAt - 35_000);
  t.end();
});

t.test('one that comes back soon is the same, later another', t => {
  const { say, step, incidents } = storyOf();
  const round = (from: number): void => {
    say(from, cluster(3, 1, 'tls-unknown-authority'));
    t.same(step(from + 1000), ['opened opened node']);
    say(from + 2000, cluster(3, 0));
    step(from + 3000);
    t.same(step(from + 70_000), ['closed closed node']);
  };
  round(0);
  round(100_000);
  t.equal(incidents.size, 1);
  round(2_000_000);
  t.equal(incidents.size, 2);
  t.end();
});

t.test('a replica that takes over goes on where the other was', t => {
  const first = storyOf();
  first.say(0, cluster(5, 2));
  first.step(30_000);
  const second = storyOf(JSON.parse(JSON.stringify([...first.incidents.values()])) as Incident[]);
  second.say(40_000, cluster(5, 2));
  t.same(second.step(41_000), []);
  t.equal(only(second.incidents).id, only(first.incidents).id);
  t.end();
});

t.test('the same state opens the same incident on any replica', t => {
  const [one, other] = [storyOf(), storyOf()].map(story => {
    story.say(5000, cluster(5, 2));
    story.step(60_000);
    return only(story.incidents);
  });
  t.same(one, other);
  t.end();
});

t.test('silence closes nothing', t => {
  const { say, step, incidents } = storyOf();
  say(0, cluster(3, 1, 'tls-unknown-authority'));
  step(1000);
  t.same(step(200_000, ['node-0']), []);
  t.same(step(2_000_000, ['node-0']), []);
  t.equal(only(incidents).state, 'opened');
  say(2_100_000, cluster(3, 0));
  t.same(step(2_101_000), ['changed healing node'], 'until it is heard, and well');
  t.end();
});

t.test('incidents that turn out to be one become one: the oldest stays', t => {
  const { say, step, incidents } = storyOf();
  const nodes = (own: number, shared: boolean): NodeInput[] =>
    nodesOf(20, at => ({
      labels: { 'topology.kubernetes.io/zone': at % 2 === 0 ? 'a' : 'b' },
      checks: ['x', 'y'].flatMap(name => wayTo(name, (shared && at % 2 === 0) || at === own ? 'tcp-timeout' : null)),
    }));
  say(0, nodes(2, false));
  t.same(step(40_000), ['opened opened node']);
  const { id } = only(incidents);
  say(50_000, nodes(2, true));
  t.same(step(51_000), ['changed growing nodes']);
  t.equal(only(incidents).id, id);
  t.end();
});
