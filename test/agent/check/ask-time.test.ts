import t from 'tap';
import { askTime } from '../../../src/agent/check/ask-time.ts';
import { probeTlsHandshake } from '../../../src/agent/probe/tls-handshake.ts';
import { RequestBudget } from '../../../src/agent/probe/request-budget.ts';
import { authority, calm, https, session, testNet } from '../probe/stand.ts';

const dayMs = 86_400_000;

const ask = async (given: {
  days?: number;
  name?: string;
  trusted?: boolean;
}): Promise<{ skews: number[]; asked: string[] }> => {
  const ca = await authority(t);
  const asked: string[] = [];
  const port = await https(t, { ca, ...given }, (request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? 'as anybody'}`);
    response.setHeader('date', new Date(Date.now() - dayMs).toUTCString()).end();
  });
  const url = `https://reg.test:${port}/v2`;
  const made = await session(t, { url, ...(given.trusted === false ? {} : { ca }) });
  made.authorization = 'Bearer secret';
  await probeTlsHandshake(made, calm, testNet());
  return { skews: await askTime(made, new RequestBudget(), calm), asked };
};

t.test('a certificate at fault by its dates alone: the server is asked for the time, as anybody', async t => {
  const { skews, asked } = await ask({ days: -2 });
  t.same(asked, ['HEAD /v2/ as anybody']);
  t.equal(skews.length, 1);
  t.ok(Math.abs((skews[0] ?? 0) + dayMs) < 60_000);
});

t.test('a certificate with any other fault, or none: nothing is asked', async t => {
  for (const given of [{ days: -2, name: 'other.test' }, { trusted: false }, {}])
    t.same(await ask(given), { skews: [], asked: [] }, JSON.stringify(given));
});
