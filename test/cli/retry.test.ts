import t from 'tap';
import { retryCommand } from '../../src/cli/retry.ts';
import { sampleFinding, sampleFull, sampleServer } from '../aggregator/sample.ts';
import { runCommand } from './run-command.ts';

t.test('nodes that wait are asked, by name, and what cannot be asked is an error', async t => {
  const { app } = sampleServer(t);
  const server = await app.listen({ host: '127.0.0.1', port: 0 });
  const image = 'reg.example/team/api:1';
  await app.inject({
    ...{ method: 'POST', url: '/v1/reports' },
    payload: sampleFull({ name: 'n1' }, { findings: [sampleFinding({ image })] }),
  });
  const run = (...argv: string[]) => runCommand(retryCommand, [...argv, '--server', server]);
  t.match(await run(image), {
    code: 0,
    out: /^Asked n1 to pull reg\.example\/team\/api:1; [^]*\n {2}pullpath image reg\.example\/team\/api:1\n$/,
  });
  t.match(await run(image, '--node', 'n1'), { code: 0, out: /^Asked n1/ });
  await t.rejects(run('other:1'), { code: 'not-found', message: /no node waits for docker\.io\/library\/other:1/ });
  await t.rejects(run(image, '--node', 'gone'), { code: 'not-found' });
  await t.rejects(run('UPPER'), { code: 'aggregator-refused', message: /no image reference/ });
  await t.rejects(run(), { code: 'option-invalid' });
  await t.rejects(runCommand(retryCommand, [image, '--kubectl']), { code: 'option-invalid', message: /--server/ });
});

t.test('of many nodes that are asked the first are named', async t => {
  const { app } = sampleServer(t);
  const server = await app.listen({ host: '127.0.0.1', port: 0 });
  const image = 'reg.example/team/api:1';
  for (let at = 0; at < 10; at += 1)
    await app.inject({
      ...{ method: 'POST', url: '/v1/reports' },
      payload: sampleFull({ name: `n${at}` }, { findings: [sampleFinding({ image })] }),
    });
  const { out } = await runCommand(retryCommand, [image, '--server', server]);
  t.match(out, /^Asked n0, n1, n2, n3, n4, n5, n6, n7 and 2 more to pull/);
  for (const line of out.split('\n')) t.ok(line.length <= 100, line);
});
