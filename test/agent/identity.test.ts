import { join } from 'node:path';
import t from 'tap';
import { nodeUidOfToken, readIdentity } from '../../src/agent/identity.ts';
import { tokenOf } from '../house/token.ts';

const machineId = '3d1219c7c4c5404aaa1f6d2a48adfda4';
const uid = '7c594ead-d842-4ca2-acce-d5ed07a53c4a';
const bound = tokenOf({ iss: 'k', 'kubernetes.io': { namespace: 'x', node: { name: 'n', uid } } });

t.test('a token bound to a node names it; any other names none', t => {
  t.equal(nodeUidOfToken(bound), uid);
  const others = ['', 'opaque', 'a.b.c', tokenOf(null), tokenOf({ 'kubernetes.io': { pod: {} } }), tokenOf([1])];
  for (const token of [...others, tokenOf({ 'kubernetes.io': { node: { uid: 'a b' } } })])
    t.equal(nodeUidOfToken(token), null, token);
  t.end();
});

t.test('the uid is the token’s, else the machine’s, else one that is kept', async t => {
  const hostRoot = t.testdir({ etc: { 'machine-id': `${machineId}\n` }, token: `${bound}\n`, data: {}, bare: {} });
  const dataDir = join(hostRoot, 'data');
  const base = { nodeName: 'n1', hostRoot, dataDir };
  const withToken = await readIdentity({ ...base, tokenFile: join(hostRoot, 'token') });
  t.match(withToken, { name: 'n1', uid, machineId, bootId: /^[0-9a-f-]{36}$/ });
  t.match(await readIdentity({ ...base, tokenFile: null }), { uid: machineId, machineId });
  t.match(await readIdentity({ ...base, tokenFile: '/nowhere' }), { uid: machineId });
  const bare = { ...base, tokenFile: null, hostRoot: join(hostRoot, 'bare') };
  const first = await readIdentity(bare);
  t.notOk('machineId' in first);
  t.match(first.uid, /^[0-9a-f-]{36}$/);
  t.equal((await readIdentity(bare)).uid, first.uid, 'the same after a restart');
});

t.test('a name that no report could carry is made printable', async t => {
  const identity = await readIdentity({ nodeName: 'a b\nc', tokenFile: null, hostRoot: '/', dataDir: t.testdir({}) });
  t.equal(identity.name, 'a-b-c');
  const long = await readIdentity({
    ...{ nodeName: 'n'.repeat(300), tokenFile: null, hostRoot: '/', dataDir: t.testdir({}) },
  });
  t.equal(long.name.length, 253);
  const host = await readIdentity({ nodeName: null, tokenFile: null, hostRoot: '/', dataDir: t.testdir({}) });
  t.match(host.name, /^[!-~]+$/);
});
