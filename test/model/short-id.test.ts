import t from 'tap';
import { shortId } from '../../src/model/short-id.ts';

t.test('an id is the same for the same parts, and another for any other', t => {
  t.match(shortId('i', ['a', 'b']), /^i-[0-9a-f]{16}$/);
  t.equal(shortId('i', ['a', 'b']), shortId('i', ['a', 'b']));
  const others = [['a'], ['b', 'a'], ['ab'], ['a', 'b', ''], []].map(parts => shortId('i', parts));
  t.equal(new Set([shortId('i', ['a', 'b']), ...others]).size, 6);
  t.end();
});
