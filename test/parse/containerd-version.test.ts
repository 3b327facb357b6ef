import t from 'tap';
import { atLeast, parseContainerdVersion } from '../../src/parse/containerd-version.ts';

t.test('versions are read as distributions write them', t => {
  const cases: [string, string][] = [
    ['v2.1.9', '2.1.9'],
    ['2.1.9+unknown', '2.1.9'],
    ['1.6.20~ds1', '1.6.20'],
    ['v1.7.24-k3s1', '1.7.24'],
    ['2.0', '2.0.0'],
    ['', '2.3.4'],
    ['unknown', '2.3.4'],
  ];
  for (const [text, wanted] of cases) {
    const { major, minor, patch } = parseContainerdVersion(text);
    t.equal(`${major}.${minor}.${patch}`, wanted, text);
  }
  t.end();
});

t.test('versions are compared part by part', t => {
  const version = parseContainerdVersion('1.7.24');
  t.ok(atLeast(version, 1, 7) && atLeast(version, 1, 7, 24) && atLeast(version, 1, 6, 99));
  t.notOk(atLeast(version, 1, 7, 25) || atLeast(version, 1, 8) || atLeast(version, 2, 0));
  t.end();
});
