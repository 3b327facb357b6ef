import t from 'tap';
import { parseRunningConfig } from '../../src/parse/running-config.ts';

/** As containerd 1.6.20 and 1.7.24 tell it. */
const registry =
  '{"configPath":"","mirrors":{"a.test":{"endpoint":["https://m1.test","http://m2.test:5000"]}},"configs":{"m1.test":{"auth":{"username":"u","password":"hunter2","auth":"","identitytoken":""},"tls":{"insecure_skip_verify":true,"caFile":"/etc/one.pem","certFile":"","keyFile":""}},"m2.test":{"auth":null,"tls":null}},"auths":null,"headers":null}';

t.test('the registry section of containerd 1.x is read without its passwords', t => {
  const found = parseRunningConfig(`{"containerd":{"snapshotter":"overlayfs"},"registry":${registry}}`);
  t.same(found, {
    configPath: '',
    mirrors: { 'a.test': ['https://m1.test', 'http://m2.test:5000'] },
    tls: { 'm1.test': { caFile: '/etc/one.pem', certFile: '', keyFile: '', skipVerify: true } },
  });
  t.notMatch(JSON.stringify(found), /hunter2/);
  t.same(parseRunningConfig('{"registry":{"configPath":"/c","mirrors":null,"configs":null}}'), {
    ...{ configPath: '/c', mirrors: {}, tls: {} },
  });
  t.end();
});

t.test('where nothing is told of registries there is nothing', t => {
  const others = [
    '',
    'x',
    'null',
    '[]',
    '5',
    '{}',
    '{"registry":null}',
    '{"registry":[]}',
    '{"cni":{},"enableCDI":true}',
  ];
  for (const json of others) t.equal(parseRunningConfig(json), null, json);
  const odd =
    '{"registry":{"configPath":5,"mirrors":{"a":null,"b":{"endpoint":"x"},"c":{"endpoint":[5,"y"]}},"configs":[]}}';
  t.same(parseRunningConfig(odd), { configPath: '', mirrors: { a: [], b: [], c: ['y'] }, tls: {} });
  t.end();
});
