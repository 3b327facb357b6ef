import { fc } from '../house/property.ts';
import t from 'tap';
import { inNetwork, isLoopback, parseIp, parseNetwork, sameIp } from '../../src/parse/ip-address.ts';

t.test('addresses are told from what is none', t => {
  for (const text of ['1.2.3.4', '::', '::1', 'fe80::1', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1::8', '1:2:3:4:5:6::8'])
    t.ok(parseIp(text), text);
  for (const text of [
    '',
    '1.2.3',
    '01.2.3.4',
    '256.1.1.1',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    // `::` stands for one group at least.
    '1:2:3:4:5:6:7::8',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    '12345::',
    'a.b.c.d',
  ])
    t.equal(parseIp(text), null, text);
  t.end();
});

const network = (text: string): NonNullable<ReturnType<typeof parseNetwork>> =>
  parseNetwork(text) ?? { address: new Uint8Array(16), bits: 0 };
const ip = (text: string): Uint8Array => parseIp(text) ?? new Uint8Array(16);

t.test('an address lies in a network of its own kind only', t => {
  const cases: [string, string, boolean][] = [
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.0/23', '10.1.3.9', true],
    ['10.1.2.0/23', '10.1.4.0', false],
    ['10.1.2.3/32', '10.1.2.3', true],
    ['0.0.0.0/0', '9.9.9.9', true],
    ['::/0', '9.9.9.9', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe00::1', false],
  ];
  for (const [range, address, inside] of cases)
    t.equal(inNetwork(network(range), ip(address)), inside, `${range} ${address}`);
  for (const text of ['10.0.0.0/33', '10.0.0.0', 'x/8', '::/129', '10.0.0.0/']) t.equal(parseNetwork(text), null, text);
  t.end();
});

t.test('loopback and equality', t => {
  t.ok(isLoopback(ip('127.9.9.9')) && isLoopback(ip('::1')));
  t.notOk(isLoopback(ip('128.0.0.1')) || isLoopback(ip('::2')));
  t.ok(sameIp(ip('::ffff:1.2.3.4'), ip('1.2.3.4')));
  fc.assert(fc.property(fc.ipV4(), fc.ipV6(), (four, six) => parseIp(four) !== null && parseIp(six) !== null));
  t.end();
});
