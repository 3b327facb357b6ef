import { join } from 'node:path';
import t from 'tap';
import { findCriSocket } from '../../../src/agent/cri/socket.ts';

t.test('a given socket is taken, in whichever way it is written', async t => {
  for (const given of ['unix:///run/x.sock', '/run/x.sock', 'unix:/run/x.sock'])
    t.equal(await findCriSocket('/nowhere', given), 'unix:///run/x.sock', given);
});

t.test('else the first known one that exists below the node’s root', async t => {
  const k3s = { k3s: { containerd: { 'containerd.sock': '' } } };
  const crio = { crio: { 'crio.sock': '' } };
  const root = t.testdir({ both: { run: { ...k3s, ...crio } }, one: { run: structuredClone(k3s) }, none: {} });
  t.equal(await findCriSocket(join(root, 'both'), null), `unix://${root}/both/run/crio/crio.sock`);
  t.equal(await findCriSocket(join(root, 'one'), null), `unix://${root}/one/run/k3s/containerd/containerd.sock`);
  const none = await findCriSocket(join(root, 'none'), null);
  t.equal(
    none,
    `unix://${root}/none/run/containerd/containerd.sock`,
    'and where there is none, one that an error can name',
  );
});
