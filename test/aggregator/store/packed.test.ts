import { gzipSync } from 'node:zlib';
import t from 'tap';
import { pack, unpack } from '../../../src/aggregator/store/packed.ts';
import { fc } from '../../house/property.ts';

t.test('every text comes back, and what was stored as it is stays', t => {
  fc.assert(fc.property(fc.json(), json => unpack(pack(json)) === json && unpack(pack(`ü${json}`)) === `ü${json}`));
  t.equal(unpack('{"runtime":null}'), '{"runtime":null}');
  t.equal(unpack('[]'), '[]');
  t.equal(unpack(gzipSync('\ufeff{"ü":1}').toString('base64')), '{"ü":1}', 'without its sender’s mark');
  for (const level of [0, 1, 9]) t.equal(unpack(gzipSync('{"ü":1}', { level }).toString('base64')), '{"ü":1}');
  t.end();
});

t.test('what is much alike becomes small', t => {
  const text = JSON.stringify(Array.from({ length: 60 }, (_, port) => ({ id: 'tcp.connect', outcome: 'pass', port })));
  t.ok(pack(text).length < text.length / 5);
  t.end();
});
