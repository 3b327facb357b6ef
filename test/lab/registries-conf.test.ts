import t from 'tap';
import { withoutRoot } from '../house/root.ts';
import { registriesTrees } from './registries-conf-trees.ts';
import { holdTrees } from './compare-trees.ts';
import { hasProgram } from './containerd.ts';
import { startRegistriesNode } from './registries-conf.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const withoutSkopeo = hasProgram('skopeo', 'skopeo') ? false : 'skopeo is not unpacked: bash .ci/setup-lab tests';

/** Every third tree, so that each group has some; all of them are compared by `npm run test:certs-d`. */
const some = registriesTrees.filter((_tree, index) => index % 3 === 0);

t.test(
  'the reader names the hosts, the order and the CA that CRI-O’s library uses, as skopeo has it',
  { skip: withoutRoot || withoutSkopeo },
  async t => {
    const node = await startRegistriesNode();
    t.teardown(() => node.stop());
    await holdTrees(t, node, some);
  },
);
