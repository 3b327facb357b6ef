import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startAgent } from '../../src/agent/agent.ts';
import { startAggregator } from '../../src/aggregator/aggregator.ts';
import { normalImage } from '../../src/model/image-ref.ts';
import type { FindingItem, Page } from '../../src/wire/api.ts';
import { journalFromExport } from '../lab/journald.ts';
import { keepLog, optionsOf, temporaryDirectory } from './fixture.ts';
import { until } from '../house/until.ts';

// Two agents, aggregators and journals, on a machine that may be loaded.
t.setTimeout(290_000);

type Scenario = { image: string; cause: string | null; textMaySay: string[]; truth: string };

const recordings = join(import.meta.dirname, '../recording');
const scenarios = JSON.parse(await readFile(join(recordings, 'scenarios.json'), 'utf8')) as Record<string, Scenario>;
const failing = Object.entries(scenarios).filter(([, scenario]) => scenario.cause !== null);
const healthy = Object.keys(scenarios).filter(name => scenarios[name]?.cause === null);

/** The recording as a real journal, through a real agent, into a real aggregator. */
const findingsOf = async (recording: string, wanted: number): Promise<FindingItem[]> => {
  const directory = await temporaryDirectory();
  const log = keepLog();
  await journalFromExport(join(recordings, recording), join(directory.path, 'recorded.journal'));
  const aggregator = await startAggregator({
    listen: { host: '127.0.0.1', port: 0 },
    database: { kind: 'sqlite', dataDir: join(directory.path, 'aggregator') },
    ...{ staleAfterMs: 120_000, retentionMs: 86_400_000, maxBytes: 2 ** 30, auth: { kind: 'none' }, log },
  });
  const url = `http://127.0.0.1:${aggregator.address.port}`;
  const agent = await startAgent(
    optionsOf([
      ...['--node-name=recorded', `--aggregator-url=${url}`, '--listen=127.0.0.1:0', '--retry=off'],
      ...[`--journal-dir=${directory.path}`, `--data-dir=${directory.path}/agent`, `--cri-socket=/nowhere/cri.sock`],
    ]),
    log,
  );
  let items: FindingItem[] = [];
  try {
    await until(`${wanted} pods at the aggregator, each with all its attempts`, async () => {
      const response = await fetch(`${url}/v1/findings?limit=500`);
      ({ items } = (await response.json()) as Page<FindingItem>);
      const pods = items.flatMap(item => item.pods);
      return pods.length >= wanted && pods.every(pod => pod.attempts >= 3);
    });
  } finally {
    await agent.stop();
    await aggregator.stop();
    await directory.remove();
  }
  return items;
};

for (const version of ['1.6.20', '2.1.9']) {
  t.test(
    `a kubelet's journal with containerd ${version} gives each failing pod one finding of the right cause`,
    async t => {
      const findings = await findingsOf(`kubelet-1.36.2-containerd-${version}.journal.export.gz`, failing.length);
      for (const [pod, { image, cause, textMaySay }] of failing) {
        const own = findings.filter(finding => finding.pods.some(one => one.pod === pod));
        t.equal(own.length, 1, `${pod} is in one finding`);
        // What the text says: a walk may settle the cause by what is here and now, where the recorded hosts are not.
        const { textCause } = own[0] ?? {};
        t.ok([cause, ...textMaySay].includes(textCause ?? ''), `${pod}: ${textCause ?? 'none'}`);
        t.equal(normalImage(own[0]?.image ?? ''), normalImage(image), `${pod}: image`);
        const entry = own[0]?.pods.find(one => one.pod === pod);
        t.equal(entry?.container, 'app');
      }
      for (const pod of healthy)
        t.notOk(
          findings.some(finding => finding.pods.some(one => one.pod === pod)),
          `${pod} has none`,
        );
      const scenarioKeys = failing.map(([, { image, cause }]) => `${cause ?? ''} ${normalImage(image)}`);
      const ofPods = findings.filter(finding => finding.pods.length > 0);
      t.equal(ofPods.length, new Set(scenarioKeys).size, 'one finding for an image and what is wrong with it');
      t.ok(
        findings.some(finding => finding.cause === 'runtime-unavailable'),
        'and one for the runtime that is not there',
      );
    },
  );
}
