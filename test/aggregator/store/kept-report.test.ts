import { gzipSync } from 'node:zlib';
import t from 'tap';
import { keptReport, keptState, noState } from '../../../src/aggregator/store/kept-report.ts';
import { sampleFinding, sampleFull, sampleHeartbeat } from '../sample.ts';

const { runtime, checks, pulls, retries } = sampleFull();
const host = { os: 'Debian', kernel: '6', arch: 'x64', machine: 'm', processor: 'p', cpus: 2, memoryBytes: 3 };

t.test('a report is kept as it came, and gives back its state alone', t => {
  const text = JSON.stringify({ ...sampleFull({}, { host, findings: [sampleFinding()] }), newer: 1 });
  const [plain, packed] = [Buffer.from(text), gzipSync(text)];
  t.equal(keptReport(text, { bytes: packed, isGzip: true }), packed.toString('base64'));
  const state = { runtime, kubelet: null, fingerprint: {}, traits: {}, checks, pulls, retries, host };
  const ways = [
    { bytes: plain, isGzip: false },
    { bytes: new Uint8Array(packed), isGzip: true },
  ];
  for (const body of ways) t.same(keptState(keptReport(text, body)), state);
  t.end();
});

t.test('what an earlier version kept is read, and what this one would refuse tells nothing', t => {
  const state = { runtime, checks, pulls, retries };
  t.same(keptState(JSON.stringify(state)), state);
  for (const other of [sampleHeartbeat({ seq: 2 }, 1), { ...sampleFull(), schema: 'pullpath.report/9' }])
    t.same(keptState(keptReport(JSON.stringify(other), { bytes: Buffer.alloc(0), isGzip: false })), noState);
  t.end();
});
