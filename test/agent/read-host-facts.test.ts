import t from 'tap';
import { readHostFacts } from '../../src/agent/read-host-facts.ts';

const never = new AbortController().signal;

t.test('the operating system is the node’s, also where the agent runs in a container', async t => {
  const hostRoot = t.testdir({ etc: { 'os-release': 'NAME="Talos"\nPRETTY_NAME="Talos (v1.12)"\n' } });
  t.match(await readHostFacts(hostRoot, never), { os: 'Talos (v1.12)', kernel: /^\d/, cpus: Number });
  t.match((await readHostFacts('/nowhere', never))?.os, /./, 'else what the machine says of itself');
});

t.test('an agent that stops does not wait for it', async t => {
  t.equal(await readHostFacts('/', AbortSignal.abort()), null);
  t.equal(await readHostFacts('/', AbortSignal.timeout(1)), null);
});
