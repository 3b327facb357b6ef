import t from 'tap';
import type { Finding } from '../../src/model/finding.ts';
import type { Scenario } from './scenarios.ts';
import { judgeAll, strayFindings } from './verdict.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const failing: Scenario = {
  pod: 'no-repository',
  image: 'good.lab.test/nope/app:v1',
  causes: ['image-not-found'],
  truth: '',
};
const healthy: Scenario = { pod: 'healthy', image: 'good.lab.test/app:v1', causes: [], truth: '' };

const finding = (pod: string, rest: Partial<Finding>): Finding => ({
  id: pod,
  severity: 'error',
  cause: 'image-not-found',
  textCause: null,
  also: [],
  stage: null,
  owner: null,
  retry: null,
  image: failing.image,
  registry: null,
  host: null,
  title: '',
  checklist: [],
  fix: [],
  message: '',
  firstSeen: 0,
  lastSeen: 0,
  ...rest,
  pods: [
    {
      namespace: 'default',
      pod,
      podUid: null,
      container: 'app',
      attempts: 1,
      firstSeen: 0,
      lastSeen: 0,
      nextAttemptAt: null,
    },
  ],
});

const judged = (scenario: Scenario, findings: Finding[], pulled: string[] = []): string | undefined =>
  judgeAll([scenario], findings, new Set(pulled))[0]?.state;

t.test('an image that fails is right only with its one cause, under its own name', t => {
  const { pod } = failing;
  t.equal(judged(failing, [finding(pod, {})]), 'right');
  t.equal(
    judged(failing, [finding(pod, { cause: 'tag-not-found' })]),
    'wrong',
    'as far as the text tells is not enough',
  );
  t.equal(judged(failing, [finding(pod, { cause: 'dns-failure' })]), 'wrong');
  t.equal(judged(failing, [finding(pod, { image: 'other.lab.test/app:v1' })]), 'wrong', 'another image');
  t.same(judged(failing, [finding(pod, {}), finding(pod, { id: 'x', cause: 'other' })]), 'wrong', 'two findings');
  t.equal(judged(failing, []), 'open');
  t.equal(judged(failing, [], [failing.image]), 'wrong', 'it was pulled, and must not have been');
  t.end();
});

t.test('an image that is healthy is right only when it was really pulled and has no error', t => {
  const of = (rest: Partial<Finding>): Finding => finding('healthy', { image: healthy.image, ...rest });
  t.equal(judged(healthy, [], [healthy.image]), 'right');
  t.equal(judged(healthy, []), 'open');
  t.equal(judged(healthy, [of({})], [healthy.image]), 'wrong');
  t.equal(judged(healthy, [of({ severity: 'warning' })], [healthy.image]), 'right');
  t.end();
});

t.test('a finding that belongs to no pod of the lab is stray', t => {
  const stray = finding('somebody', {});
  t.same(strayFindings([failing, healthy], [finding('healthy', {}), stray]), [stray]);
  t.end();
});
