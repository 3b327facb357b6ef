import t from 'tap';
import { hadCredentials, type PullError } from '../../src/diagnose/had-credentials.ts';

const tried: PullError = { at: 1000, image: 'reg.test/app:1', message: 'x', source: 'kubelet' };
const none: PullError = { ...tried, anonymous: true };

t.test('the kubelet’s lines of an attempt tell whether it had credentials', t => {
  const cases: [string, PullError[], boolean | null][] = [
    ['a line for its one credential', [tried], true],
    ['lines for two', [tried, tried], true],
    ['a line, and that there were none', [tried, none], false],
    ['two pods without', [tried, none, tried, none], false],
    ['one pod with and one without', [tried, tried, none], null],
    ['nothing said', [], null],
    ['only the runtime’s line', [{ ...tried, source: 'runtime' }], null],
    ['another image', [{ ...tried, image: 'reg.test/app:2' }], null],
    ['another attempt', [{ ...tried, at: 9000 }], null],
  ];
  for (const [title, errors, wanted] of cases) t.equal(hadCredentials(errors, 'reg.test/app:1', 1001), wanted, title);
  t.equal(
    hadCredentials([{ ...tried, image: 'docker.io/library/nginx:latest' }], 'nginx', 1000),
    true,
    'by its full name',
  );
  t.end();
});
