import t from 'tap';
import { nearestTag } from '../../../src/agent/probe/nearest-tag.ts';

t.test('a near miss names the tag that was probably meant, and a far one none', t => {
  const cases: [string, string[], string | null][] = [
    ['lattest', ['v1', 'latest'], 'latest'],
    ['1.2.3', ['v1.2.3', '1.2.4'], 'v1.2.3'],
    ['v1.4.2', ['1.4.2'], '1.4.2'],
    ['Latest', ['latest'], 'latest'],
    ['v9', ['v1', 'v2'], null],
    ['prod', ['staging', 'dev'], null],
    ['x', [], null],
  ];
  for (const [wanted, tags, nearest] of cases) t.equal(nearestTag(wanted, tags), nearest, wanted);
  t.end();
});
