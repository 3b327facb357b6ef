import t from 'tap';
import { workloadVerdicts } from '../../src/model/workload.ts';

t.test('verdicts are words that never change: part of the API', t => {
  t.same(workloadVerdicts, [
    ...['pod-gone', 'no-secret', 'secret-missing', 'secret-wrong-type', 'secret-unreadable', 'secret-no-entry'],
    ...['secret-has-entry', 'secret-not-checked', 'not-checked'],
  ]);
  t.end();
});
