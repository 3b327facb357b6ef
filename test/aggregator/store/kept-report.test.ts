import { gzipSync } from 'node:zlib';
import t from 'tap';
import { keptReport, keptState, noState } from '../../../src/aggregator/store/kept-report.ts';
import { sampleFinding, sampleFull, sampleHeartbeat } from '../sample.ts';

const { runtime, checks, pulls, retries } = sampleFull();
const host = { os: 'Debian', kernel: '6', arch: 'x64', machine: 'm', processor: 'p', cpus: 2, memoryBytes: 3 };

t.test('a report is kept as it came, and gives back its state alone', t => {
  const text = JSON.stringify({ ...sampleFull({}, { host, findings: [sampleFinding()] }), newer: 1 });
  const gzip = gzipSync(text);
  t.equal(keptReport({ text, gzip }), gzip.toString('base64'));
  const state = { runtime, kubelet: null, fingerprint: {}, traits: {}, checks, pulls, retries, host };
  for (const kept of [keptReport({ text, gzip }), keptReport({ text, gzip: null })]) t.same(keptState(kept), state);
  t.end();
});

t.test('what an earlier version kept is read, and what this one would refuse tells nothing', t => {
  const state = { runtime, checks, pulls, retries };
  t.same(keptState(JSON.stringify(state)), state);
  for (const other of [sampleHeartbeat({ seq: 2 }, 1), { ...sampleFull(), schema: 'pullpath.report/9' }])
    t.same(keptState(keptReport({ text: JSON.stringify(other), gzip: null })), noState);
  t.end();
});
