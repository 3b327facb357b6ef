import t from 'tap';
import { withoutRoot } from '../house/root.ts';
import { startLab } from '../lab/lab.ts';
import { waitFor } from '../lab/process.ts';
import { startProgram } from '../lab/program.ts';
import { allScenarios } from '../lab/scenarios.ts';
import { judgeAll, strayFindings, type Verdict } from '../lab/verdict.ts';

// A blocked host takes containerd 30 s to give up; longer beside a whole test run on two cores.
t.setTimeout(290_000);

/** What no error text can tell, and what must not be blamed beside it. */
const pods = ['healthy', 'healthy-mirrored', 'no-repository', 'no-tag', 'sign-in', 'cdn-blocked', 'wrong-secret'];

t.test(
  'text and walk together come to the right cause, from the runtime’s error to the API',
  { skip: withoutRoot },
  async t => {
    const lab = await startLab();
    t.teardown(() => lab.stop());
    // As of a hosts.toml that somebody edited in a hurry: containerd leaves it out, and asks the registry by its name.
    const broken = { pod: 'hosts-toml', image: 'nowhere.lab.test/app:v1', causes: ['hosts-config-invalid'] as const };
    await lab.box.namespace.write(
      '/etc/containerd/certs.d/nowhere.lab.test/hosts.toml',
      `server = "https://nowhere.lab.test"\n[host."https://${lab.hosts.name('good')}"\n  ca = "ca.crt"\n`,
    );
    const program = await startProgram(lab, 'settled-node');
    t.teardown(() => program.stop());
    const scenarios = [
      ...allScenarios(lab.hosts).filter(({ pod }) => pods.includes(pod)),
      { ...broken, truth: 'hosts.toml does not parse' },
    ];
    for (const scenario of scenarios) await lab.addPod(scenario);
    // What must have no finding is no answer to wait for.
    const failing = scenarios.filter(({ causes }) => causes.length > 0);
    let verdicts: Verdict[] = [];
    const settled = async (): Promise<boolean> => {
      verdicts = judgeAll(failing, await program.findings(), new Set());
      return verdicts.every(({ state }) => state === 'right');
    };
    await waitFor('the right causes', settled, { within: 150_000, every: 500 }).catch(() => undefined);
    for (const { scenario, said, state } of verdicts) t.equal(state, 'right', `${scenario.truth}: ${said}`);

    const findings = await program.findings();
    t.same(strayFindings(scenarios, findings), [], 'nothing else is blamed');
    const of = (pod: string) => findings.find(finding => finding.pods.some(waiting => waiting.pod === pod));
    t.match(of('hosts-toml'), { textCause: 'dns-failure', title: /nowhere\.lab\.test\/hosts\.toml:2/ });
    t.match(of('sign-in'), { textCause: 'unsupported-manifest', evidence: [{}] });
    t.match(of('cdn-blocked'), { host: lab.hosts.name('blockedcdn') });
    t.match(of('wrong-secret'), { checklist: [{}, {}, {}, { answer: 'yes' }, { answer: 'yes' }, {}] });
    const mirror = findings.find(({ host, severity }) => severity === 'warning' && host === lab.hosts.name('mirror'));
    t.match(
      mirror,
      { cause: 'mirror-failure', registry: lab.hosts.name('mirrored') },
      'the mirror that a later host saves',
    );
  },
);
