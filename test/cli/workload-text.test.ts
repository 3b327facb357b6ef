import t from 'tap';
import { workloadLines } from '../../src/cli/workload-text.ts';
import { sampleWorkload } from './sample-workload.ts';
import { plainPage } from './plain-page.ts';

const lines = (...given: Parameters<typeof sampleWorkload>): string =>
  workloadLines([sampleWorkload(...given)], plainPage, '  ').join('\n');

t.test('a pod that waits is told with its owner, what was found out, and what to type', t => {
  t.equal(
    lines(),
    `  workload  prod/api-1 of Deployment api: no-secret: the pod and its service account name no pull
            secret
  do        1. Name one
               kubectl -n prod create secret docker-registry pull`,
  );
  t.match(lines({ elsewhere: { runs: 'yes', nodes: ['a', 'b'] } }).replace(/\s+/g, ' '), 'the image runs on a, b');
  t.match(lines({ elsewhere: { runs: 'yes', nodes: [] } }).replace(/\s+/g, ' '), 'runs in other pods');
  t.match(lines({ owner: null, fix: [] }), /^ {2}workload {2}prod\/api-1: no-secret/);
  t.same(workloadLines([], plainPage), []);
  t.end();
});
