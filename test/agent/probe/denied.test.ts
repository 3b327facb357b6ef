import t from 'tap';
import { answerFault, deniedFault } from '../../../src/agent/probe/denied.ts';
import type { HttpAnswer } from '../../../src/agent/probe/http-client.ts';
import { Credential } from '../../../src/agent/credentials/credential.ts';
import { session } from './stand.ts';

const image = 'reg.test/team/app:v1';
const answer = (status: number, host = 'reg.test'): HttpAnswer => ({
  ...{ status, headers: {}, challenges: [], body: '', url: new URL(`https://${host}/v2/`), redirects: [] },
});

t.test('a refusal is named by what was shown, and says what the registry does not tell', async t => {
  const made = await session(t, { url: 'https://reg.test/v2', image });
  const limit = /whether team\/app is there, it does not tell/;
  t.match(answerFault(answer(401), made), { code: 'auth-required', detail: limit, facts: { status: 401 } });
  t.match(answerFault(answer(403), made), { code: 'forbidden', detail: limit });
  made.withheld = 'those of /x are for another host';
  t.match(answerFault(answer(401), made), { code: 'credentials-withheld', detail: /another host/ });
  made.used = new Credential({ source: '/var/lib/kubelet/config.json', owner: 'kubelet' }, 'me', 'sentinel');
  const refused = answerFault(answer(401), made);
  t.match(refused, { code: 'credentials-refused', detail: /\/var\/lib\/kubelet\/config.json/ });
  t.match(refused.facts, { status: 401, credentials: '/var/lib/kubelet/config.json' });
  t.match(answerFault(answer(401, 'cdn.test'), made), { code: 'auth-required' }, 'nothing was shown behind a redirect');
  t.match(answerFault(answer(500), made), { code: 'registry-error' });
});

t.test('a plugin that gave none is why nothing was shown; a registry alone has no image to be silent of', async t => {
  const made = await session(t, {
    url: 'https://reg.test/v2',
    credentials: { tries: [], withheld: [], faults: ['ecr: ended with status 1'] },
  });
  const fault = deniedFault('reg.test answers 401', made, 'auth-required');
  t.match(fault, { code: 'credential-provider-failed', detail: /ecr: ended with status 1/ });
  t.notMatch(fault.detail, /does not tell/);
});
