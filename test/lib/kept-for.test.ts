import t from 'tap';
import { keptFor } from '../../src/lib/kept-for.ts';

t.test('a reading is shared while it is fresh, and made anew after', async t => {
  let count = 0;
  const read = (): Promise<number> => Promise.resolve((count += 1));
  const long = keptFor(60_000, read);
  t.same(await Promise.all([long(), long(), long()]), [1, 1, 1]);
  const never = keptFor(0, read);
  t.same([await never(), await never()], [2, 3]);
});
