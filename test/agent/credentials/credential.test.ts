import { inspect } from 'node:util';
import t from 'tap';
import { Credential } from '../../../src/agent/credentials/credential.ts';

t.test('a credential shows where it comes from and nothing else', t => {
  const made = new Credential(
    { source: '/var/lib/kubelet/config.json', owner: 'kubelet' },
    'sentinel-user',
    'sentinel-pass',
  );
  for (const shown of [JSON.stringify(made), inspect(made, { showHidden: true })]) t.notMatch(shown, /sentinel/);
  t.equal(made.source, '/var/lib/kubelet/config.json');
  t.same(made.facts, { credentials: '/var/lib/kubelet/config.json', credentialsOwner: 'kubelet' });
  t.end();
});

t.test('a name goes with a password, an identity token alone', t => {
  const named = new Credential({ source: 'x', owner: 'kubelet' }, 'me', 'p:ä');
  t.equal(named.basic(), `Basic ${Buffer.from('me:p:ä').toString('base64')}`);
  t.same(named.grant(), { grant_type: 'password', username: 'me', password: 'p:ä' });
  const token = new Credential({ source: 'x', owner: 'kubelet' }, '', 'refresh');
  t.same(token.grant(), { grant_type: 'refresh_token', refresh_token: 'refresh' });
  t.same([named.isNamed, token.isNamed], [true, false]);
  t.end();
});
