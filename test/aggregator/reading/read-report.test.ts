import { gzipSync } from 'node:zlib';
import t from 'tap';
import { readReport } from '../../../src/aggregator/reading/read-report.ts';
import { limits } from '../../../src/model/limits.ts';
import { sampleDigest, sampleFinding, sampleFull, sampleHeartbeat } from '../sample.ts';

t.test('a report is read to its digest, packed or not', t => {
  for (const report of [sampleFull({}, { findings: [sampleFinding()] }), sampleHeartbeat({ seq: 3 }, 2)])
    for (const isGzip of [false, true]) {
      const text = Buffer.from(JSON.stringify(report));
      const read = readReport({ bytes: isGzip ? gzipSync(text) : text, isGzip }, 500);
      t.same(read, { ok: true, digest: sampleDigest(report, 500, isGzip) });
    }
  t.end();
});

t.test('what is none is refused with the code of the API', t => {
  const plain = (text: string): Uint8Array => Buffer.from(text);
  const cases: [Uint8Array, boolean, string, string | undefined][] = [
    [plain('{}'), true, 'encoding-broken', undefined],
    [gzipSync(Buffer.alloc(limits.reportBytes + 1)), true, 'report-too-large', undefined],
    [Buffer.from([0xff]), false, 'report-not-json', undefined],
    [plain(''), false, 'report-not-json', undefined],
    [plain('{'), false, 'report-not-json', undefined],
    [plain(JSON.stringify({ ...sampleFull(), pulls: 1 })), false, 'report-invalid', 'pulls'],
  ];
  for (const [bytes, isGzip, code, field] of cases) {
    const read = readReport({ bytes, isGzip }, 500);
    t.match(read, { ok: false, problem: { code } }, code);
    t.equal(read.ok ? null : read.problem.field, field);
  }
  t.end();
});
