import t from 'tap';
import { withoutRoot } from '../house/root.ts';
import { generatedTrees } from './certs-d-generated.ts';
import { plainTrees } from './certs-d-trees.ts';
import { typedTrees } from './certs-d-types.ts';
import { startCertsDNode } from './certs-d.ts';
import { holdTrees } from './compare-trees.ts';
import { newestGeneration } from './containerd.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

/** Every tenth tree, so that each group has some; all of them are compared by `npm run test:certs-d`. */
const some = [...plainTrees, ...generatedTrees(60), ...typedTrees].filter((_tree, index) => index % 10 === 3);

t.test(
  'the reader names the hosts, the order and the CA that a real containerd uses',
  { skip: withoutRoot },
  async t => {
    const node = await startCertsDNode(newestGeneration());
    t.teardown(() => node.stop());
    t.ok(some.length >= 20, `${some.length} trees`);
    await holdTrees(t, node, some);
  },
);
