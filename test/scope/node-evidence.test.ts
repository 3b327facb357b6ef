import t from 'tap';
import { readEvidence, type NodeInput } from '../../src/scope/node-evidence.ts';
import { findingOn, imageOn, nodeCheck, nodeInput, wayTo } from './sample.ts';

const factsOf = (input: NodeInput): string[] =>
  readEvidence(input)
    .facts.map(({ subject, name, failure }) => `${subject} ${name} ${failure?.cause ?? 'pass'}`)
    .sort();

const pulled = { at: 1, ms: 1, outcome: 'pulled', cause: null, message: null } as const;

const cases: { name: string; input: NodeInput; facts: string[] }[] = [
  { name: 'a walk to the end', input: nodeInput('a', { checks: wayTo('r.example') }), facts: ['host r.example pass'] },
  {
    name: 'a walk that ended before the registry answered says nothing',
    input: nodeInput('a', { checks: wayTo('r.example').slice(0, 3) }),
    facts: [],
  },
  {
    name: 'the first break counts, and what waits for it does not',
    input: nodeInput('a', { checks: wayTo('r.example', 'tls-unknown-authority') }),
    facts: ['host r.example tls-unknown-authority'],
  },
  {
    name: 'a host that serves two registries fails if it fails for one',
    input: nodeInput('a', {
      checks: [...wayTo('a.example', null, 'm'), ...wayTo('b.example', 'tls-unknown-authority', 'm')],
    }),
    facts: ['host m tls-unknown-authority'],
  },
  {
    name: 'Docker Hub’s images are asked of another host',
    input: nodeInput('a', { findings: [findingOn('network-timeout', { registry: 'docker.io' })] }),
    facts: ['host registry-1.docker.io network-timeout'],
  },
  {
    name: 'a broken mirror is its host’s own cause',
    input: nodeInput('a', {
      findings: [findingOn('mirror-failure', { also: ['dns-failure'], registry: 'docker.io', host: 'mirror.example' })],
    }),
    facts: ['host mirror.example dns-failure'],
  },
  {
    name: 'a spare nameserver that fails is the node’s, where the way works',
    input: nodeInput('a', {
      checks: wayTo('r.example'),
      findings: [findingOn('dns-failure', { severity: 'warning', registry: 'r.example', host: 'r.example' })],
    }),
    facts: ['host r.example pass', 'node dns-failure dns-failure'],
  },
  {
    name: 'an image by its full name, whichever way it is written',
    input: nodeInput('a', { findings: [imageOn('a', 'nginx:9', 'tag-not-found', { registry: 'docker.io' })] }),
    facts: ['image docker.io/library/nginx:9 tag-not-found'],
  },
  {
    name: 'an image that we pulled makes no fact of its own',
    input: nodeInput('a', {
      retries: [
        { image: 'nginx:8', ...pulled },
        { image: 'nginx:9', ...pulled },
      ],
      findings: [imageOn('a', 'docker.io/library/nginx:9', 'tag-not-found')],
    }),
    facts: ['image docker.io/library/nginx:9 tag-not-found'],
  },
  {
    name: 'the node’s own checks',
    input: nodeInput('a', {
      checks: [nodeCheck('runtime.cri', 'runtime', 'cri-unavailable'), nodeCheck('node.disk', 'unpack', null)],
    }),
    facts: ['node runtime-unavailable runtime-unavailable'],
  },
  {
    name: 'back-off alone says nothing',
    input: nodeInput('a', { findings: [imageOn('a', 'nginx', 'backoff-only')] }),
    facts: [],
  },
];

for (const { name, input, facts } of cases)
  t.test(name, t => {
    t.same(factsOf(input), facts);
    t.end();
  });

t.test('findings of one fact are put together: the earliest time, all ids, all pods', t => {
  const on = (id: string, openedAt: number): NodeInput['findings'][number] =>
    imageOn('a', `r.example/app:${id}`, 'network-timeout', { id, openedAt, host: 'r.example' });
  const { facts } = readEvidence(
    nodeInput('a', { checks: wayTo('r.example', 'tcp-timeout'), findings: [on('1', 500), on('2', 400)] }),
  );
  const [fact] = facts;
  t.equal(facts.length, 1);
  t.same(fact?.failure?.findings, ['1', '2']);
  t.equal(fact?.failure?.since, 400);
  t.equal(fact?.failure?.pods, 2);
  t.end();
});

t.test('a failure knows the registries it was met at, its code, and when the way was tried last', t => {
  const at = (checks: ReturnType<typeof wayTo>, time: number): ReturnType<typeof wayTo> =>
    checks.map(check => ({ ...check, at: time }));
  const checks = [
    ...at(wayTo('a.example', null, 'm'), 20),
    ...at(wayTo('b.example', 'tls-unknown-authority', 'm'), 10),
    ...at(wayTo('c.example', null, 'm'), 30),
  ];
  const findings = [findingOn('tls-unknown-authority', { registry: 'b.example', host: 'm' })];
  const [fact] = readEvidence(nodeInput('a', { checks, findings })).facts;
  t.match(fact, { registries: ['a.example', 'b.example', 'c.example'], at: 30 });
  t.same(fact?.failure?.registries, ['b.example']);
  t.equal(fact?.failure?.code, 'tls-unknown-authority');
  t.end();
});

t.test('images that were pulled, by the aggregator’s time', t => {
  const evidence = readEvidence(
    nodeInput('a', { pulled: [{ image: 'docker.io/library/nginx:8', at: 900 }], heard: { sentAt: 1000, at: 700 } }),
  );
  t.same(evidence.pulled, [{ image: 'docker.io/library/nginx:8', at: 600 }]);
  t.same(evidence.facts, []);
  t.end();
});
