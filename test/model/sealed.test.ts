import { inspect } from 'node:util';
import t from 'tap';
import { Sealed } from '../../src/model/sealed.ts';

t.test('what is sealed is seen by nobody who does not open it', t => {
  const sealed = new Sealed({ 'x-token': ['sentinel'] });
  for (const shown of [JSON.stringify({ sealed }), inspect(sealed, { showHidden: true, depth: 9 })])
    t.notMatch(shown, /sentinel/);
  t.same(sealed.open(), { 'x-token': ['sentinel'] });
  t.end();
});
