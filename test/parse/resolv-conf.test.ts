import { fc } from '../house/property.ts';
import t from 'tap';
import { hostsFileAddresses, namesToAsk, parseResolvConf } from '../../src/parse/resolv-conf.ts';

t.test('resolv.conf is read as Go reads it', t => {
  const text = `# comment\n; other\nnameserver 192.0.2.1\nnameserver 2001:db8::1\nnameserver nonsense\nnameserver 192.0.2.2
nameserver 192.0.2.3\ndomain first.test\nsearch a.test  b.test.\noptions ndots:99 rotate\n`;
  t.same(parseResolvConf(text), {
    nameservers: ['192.0.2.1', '2001:db8::1', '192.0.2.2'],
    search: ['a.test.', 'b.test.'],
    ndots: 15,
  });
  t.same(parseResolvConf(''), { nameservers: ['127.0.0.1', '::1'], search: [], ndots: 1 });
  t.equal(parseResolvConf('options ndots:-3').ndots, 0);
  t.same(parseResolvConf('search a.test\ndomain b.test\n').search, ['b.test.'], 'the last one wins');
  t.end();
});

t.test('the names are asked for in Go’s order', t => {
  const conf = { nameservers: [], search: ['a.test.', 'b.test.'], ndots: 2 };
  t.same(namesToAsk('reg', conf), ['reg.a.test.', 'reg.b.test.', 'reg.']);
  t.same(namesToAsk('x.y.z', conf), ['x.y.z.', 'x.y.z.a.test.', 'x.y.z.b.test.']);
  t.same(namesToAsk('reg.', conf), ['reg.']);
  t.same(namesToAsk('a'.repeat(253), conf), [`${'a'.repeat(253)}.`]);
  t.end();
});

t.test('a hosts file gives all addresses of a name', t => {
  const text = '127.0.0.1 localhost\n192.0.2.1\tReg.test reg # old.test\n::1 reg.test\nnonsense reg.test\n';
  t.same(hostsFileAddresses(text, 'reg.TEST.'), ['192.0.2.1', '::1']);
  t.same(hostsFileAddresses(text, 'old.test'), []);
  t.end();
});

t.test('no text makes it throw, or gives more than three nameservers', t => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, name) => {
      const conf = parseResolvConf(text);
      return (
        conf.nameservers.length <= 3 && namesToAsk(name, conf).length <= 8 && hostsFileAddresses(text, name).length >= 0
      );
    }),
  );
  t.end();
});
