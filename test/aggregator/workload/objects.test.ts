import t from 'tap';
import * as v from 'valibot';
import type { ApiReply } from '../../../src/aggregator/kubernetes/api.ts';
import { lookUp } from '../../../src/aggregator/workload/objects.ts';

t.test('there, gone, or not known: each answer of the API server is one of them', async t => {
  const cases: [ApiReply, Record<string, unknown>][] = [
    [
      { kind: 'answer', status: 200, body: { a: 'x' } },
      { kind: 'there', value: { a: 'x' } },
    ],
    [{ kind: 'answer', status: 404, body: {} }, { kind: 'gone' }],
    [
      { kind: 'answer', status: 403, body: {} },
      { kind: 'unknown', why: /may not/ },
    ],
    [{ kind: 'answer', status: 200, body: { a: 7 } }, { kind: 'unknown' }],
    [
      { kind: 'answer', status: 500, body: null },
      { kind: 'unknown', why: /500/ },
    ],
    [
      { kind: 'unreachable', code: 'ECONNREFUSED' },
      { kind: 'unknown', why: /ECONNREFUSED/ },
    ],
  ];
  for (const [reply, expected] of cases) {
    const api = {
      get: () => Promise.resolve(reply),
      post: () => Promise.resolve(reply),
      close: () => Promise.resolve(),
    };
    t.match(await lookUp(api, '/x', v.object({ a: v.string() })), expected);
  }
});
