import t from 'tap';
import { boundNode } from '../../../src/aggregator/auth/bound-node.ts';
import type { ApiReply } from '../../../src/aggregator/kubernetes/api.ts';

const claim = 'authentication.kubernetes.io';
const user = (extra: Record<string, string[]>) => ({
  ...{ username: 'system:serviceaccount:pullpath-system:pullpath-agent', uid: '', groups: [], extra },
});
const apiOf = (get: (path: string) => ApiReply) => ({
  get: (path: string) => Promise.resolve(get(path)),
  post: () => Promise.reject(new Error('nothing is posted')),
  close: () => Promise.resolve(),
});
const never = apiOf(path => {
  throw new Error(`asked for ${path}`);
});

t.test('the node’s name and uid in the token are enough', async t => {
  const extra = { [`${claim}/node-name`]: ['node-a'], [`${claim}/node-uid`]: ['uid-a'] };
  t.same(await boundNode(never, user(extra)), { kind: 'answer', answer: { name: 'node-a', uids: ['uid-a'] } });
});

t.test('several values, or none, bind to nothing', async t => {
  for (const extra of [{}, { [`${claim}/node-name`]: ['a', 'b'], [`${claim}/node-uid`]: ['u'] }])
    t.same(await boundNode(never, user(extra)), { kind: 'answer', answer: null });
});

t.test('an API server that fails in between says nothing about the token', async t => {
  const extra = { [`${claim}/pod-name`]: ['agent-1'], [`${claim}/pod-uid`]: ['pod-1'] };
  const pod = { metadata: { uid: 'pod-1' }, spec: { nodeName: 'node-a' } };
  const replies: ApiReply[] = [
    { kind: 'unreachable', code: 'ECONNRESET' },
    { kind: 'answer', status: 500, body: null },
    { kind: 'answer', status: 403, body: { kind: 'Status' } },
    { kind: 'answer', status: 200, body: 'no object' },
  ];
  for (const reply of replies) {
    t.match(
      await boundNode(
        apiOf(() => reply),
        user(extra),
      ),
      { kind: 'unavailable' },
    );
    const later = apiOf(path => (path.includes('/pods/') ? { kind: 'answer', status: 200, body: pod } : reply));
    t.match(await boundNode(later, user(extra)), { kind: 'unavailable' });
  }
});
