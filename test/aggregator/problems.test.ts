import t from 'tap';
import { problemOfError } from '../../src/aggregator/problems.ts';
import { PullpathError } from '../../src/model/error.ts';

t.test('an error of the API keeps its code and sentence', t => {
  const error = new PullpathError('store-unavailable', 'the disk is full');
  t.match(problemOfError(error), { code: 'store-unavailable', status: 503, detail: 'the disk is full' });
  t.end();
});

t.test('faults of the framework and the connection have codes of their own', t => {
  const cases: [string, string][] = [
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'media-type-unsupported'],
    ['FST_ERR_BAD_URL', 'request-malformed'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
    ['HPE_INVALID_METHOD', 'request-malformed'],
    ['ECONNRESET', 'request-malformed'],
  ];
  for (const [code, wanted] of cases)
    t.equal(problemOfError(Object.assign(new Error('secret'), { code })).code, wanted);
  t.end();
});

t.test('any other fault says nothing of itself', t => {
  for (const error of [new Error('secret'), 'secret', null, new PullpathError('database-corrupt', 'secret')]) {
    const problem = problemOfError(error);
    t.match(problem, { code: 'internal-error', status: 500 });
    t.notMatch(JSON.stringify(problem), 'secret');
  }
  t.end();
});
