import t from 'tap';
import { defaultInterface, networkOf } from '../../src/parse/default-route.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (name: string, destination: string, metric: number, mask: string): string =>
  `${name}\t${destination}\t0100000A\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;

t.test('the default route’s interface, by the lowest metric', t => {
  t.equal(defaultInterface(`${head}${route('eth0', '00000000', 100, '00000000')}`), 'eth0');
  t.equal(
    defaultInterface(
      `${head}${route('wlan0', '00000000', 600, '00000000')}${route('eth1', '00000000', 50, '00000000')}${route('eth2', '0000000A', 0, '000000FF')}`,
    ),
    'eth1',
  );
  for (const text of ['', head, `${head}${route('eth0', '0000000A', 0, '000000FF')}`, 'no table'])
    t.equal(defaultInterface(text), null);
  t.end();
});

t.test('an address lies in its network', t => {
  const cases: [string, string | null][] = [
    ['10.1.18.3/20', '10.1.16.0/20'],
    ['192.168.7.9/24', '192.168.7.0/24'],
    ['10.0.0.5/32', '10.0.0.5/32'],
    ['10.0.0.5/0', '0.0.0.0/0'],
    ['10.200.0.5/9', '10.128.0.0/9'],
    ['10.0.0.5/33', null],
    ['10.0.0.256/8', null],
    ['fd00::1/64', null],
    ['', null],
  ];
  for (const [cidr, network] of cases) t.equal(networkOf(cidr), network, cidr);
  t.end();
});
