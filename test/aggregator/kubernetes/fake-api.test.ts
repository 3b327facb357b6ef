import { readFileSync } from 'node:fs';
import t from 'tap';
import { startFakeApi } from './fake-api.ts';

type Call = {
  name: string;
  request: { method: string; path: string; as: string; body: Record<string, unknown> | null };
  response: { status: number; body: Record<string, unknown> };
};

// Recorded from kube-apiserver 1.36.
const calls = JSON.parse(readFileSync(new URL('calls-1.36.json', import.meta.url), 'utf8')) as Call[];
const bodyOf = (name: string): Record<string, unknown> => calls.find(call => call.name === name)?.response.body ?? {};

t.test('the fake answers as the real API server did', async t => {
  const good = bodyOf('tokenreview-good') as { status: { user: Record<string, unknown> } };
  const api = await startFakeApi({
    callers: new Map([
      ['admin', new Set(['*'])],
      ['nobody', new Set()],
    ]),
    tokens: new Map([
      ['TOKEN-BOUND-TO-POD-ok-ON-node-a', { user: good.status.user, audiences: ['pullpath-aggregator'] }],
      ['TOKEN-DEFAULT-AUDIENCE', { user: good.status.user, audiences: ['https://kubernetes.default.svc'] }],
    ]),
    mayRead: user => user === 'admin',
    objects: new Map([
      ['pods/default/missing-secret', bodyOf('pod-in-backoff')],
      ['pods/default/wrong-secret', bodyOf('pod-secret-wrong')],
      ['serviceaccounts/default/default', bodyOf('serviceaccount')],
      ['secrets/default/right', bodyOf('secret')],
      ['nodes/node-a', bodyOf('node')],
    ]),
  });
  t.teardown(() => api.stop());
  const known = calls.filter(({ name }) => /^(?:tokenreview|sar|pod-|serviceaccount|secret|node$)/.test(name));
  t.ok(known.length >= 16, `${known.length} calls`);
  for (const { name, request, response } of known) {
    const as = name.endsWith('unauthenticated') ? 'unknown' : request.as === 'admin' ? 'admin' : 'nobody';
    const answer = await fetch(new URL(request.path, api.url), {
      method: request.method,
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      body: request.body === null ? null : JSON.stringify(request.body),
    });
    t.equal(answer.status, response.status, name);
    const body = (await answer.json()) as Record<string, unknown>;
    if (response.status === 403) t.match(body, { kind: 'Status', reason: 'Forbidden', code: 403 }, name);
    else t.same(body, response.body, name);
  }
});

t.test('what the real one would refuse is refused', async t => {
  const api = await startFakeApi();
  t.teardown(() => api.stop());
  const ask = async (method: string, path: string, body: unknown): Promise<number> => {
    const headers = { authorization: 'Bearer aggregator-account', 'content-type': 'application/json' };
    return (await fetch(new URL(path, api.url), { method, headers, body: body === null ? null : JSON.stringify(body) }))
      .status;
  };
  const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'x' } };
  t.equal(await ask('POST', reviews, review), 201);
  t.equal(await ask('POST', reviews, { ...review, spec: {} }), 400, 'a field is missing');
  t.equal(await ask('POST', reviews, { ...review, spec: { token: 'x', audience: 'y' } }), 400, 'an unknown field');
  t.equal(await ask('GET', reviews, null), 405, 'a wrong verb');
  t.equal(await ask('GET', '/api/v2/nodes/a', null), 404, 'an unknown path');
});
