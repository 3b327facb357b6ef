import t from 'tap';
import { traitText } from '../../src/scope/trait-text.ts';

t.test('a trait in words', t => {
  t.equal(traitText({ name: 'zone', value: 'eu-1a' }), 'zone=eu-1a');
  t.equal(traitText({ name: 'proxy', value: null }), 'no proxy');
  t.equal(traitText({ name: 'resolv.conf', value: 'ab'.repeat(32) }), 'resolv.conf=abababababab');
  t.end();
});
