import t from 'tap';
import type { ApiReply } from '../../../src/aggregator/kubernetes/api.ts';
import { reviewAccess, reviewToken } from '../../../src/aggregator/kubernetes/reviews.ts';

const apiOf = (reply: ApiReply) => ({
  get: () => Promise.reject(new Error('nothing is got')),
  post: () => Promise.resolve(reply),
  close: () => Promise.resolve(),
});
const answer = (status: unknown, code = 201): ApiReply => ({ kind: 'answer', status: code, body: { status } });
const user = { username: 'u', uid: 'i', groups: ['g'], extra: { a: ['b'] } };

t.test('a token is somebody’s only with his name and the audience asked for', async t => {
  const cases: [unknown, string | null, unknown][] = [
    [{ authenticated: true, user, audiences: ['us'] }, 'us', user],
    [{ authenticated: true, user, audiences: ['them'] }, 'us', null],
    [{ authenticated: true, user }, 'us', null],
    [{ authenticated: true, user }, null, user],
    [{ authenticated: false, user: {} }, 'us', null],
    [{ user: {}, error: 'invalid bearer token' }, 'us', null],
  ];
  for (const [status, audience, expected] of cases)
    t.same(await reviewToken(apiOf(answer(status)), 'x', audience), { kind: 'answer', answer: expected });
});

t.test('anything else is no answer: nobody is let in or refused by it', async t => {
  const replies: ApiReply[] = [
    { kind: 'unreachable', code: 'ECONNREFUSED' },
    answer({}, 500),
    answer({}, 401),
    answer({}, 403),
    answer({ authenticated: true, user: { username: '' }, audiences: ['us'] }),
    answer({ authenticated: 'yes', user }),
    { kind: 'answer', status: 201, body: null },
    { kind: 'answer', status: 200, body: '<html>' },
  ];
  for (const reply of replies) {
    t.match(await reviewToken(apiOf(reply), 'x', 'us'), { kind: 'unavailable' }, JSON.stringify(reply));
    t.match(await reviewAccess(apiOf(reply), user, { path: '/', verb: 'get' }), { kind: 'unavailable' });
  }
  t.same(await reviewAccess(apiOf(answer({ allowed: true })), user, { path: '/', verb: 'get' }), {
    kind: 'answer',
    answer: true,
  });
});
