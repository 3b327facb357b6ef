import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { retryCredentials } from '../../../src/agent/credentials/retry-credentials.ts';
import { temporaryDirectory } from '../fixture.ts';

t.test('only what the named file has for the image’s registry', async t => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  const file = join(path, 'config.json');
  const auth = Buffer.from('robot:secret').toString('base64');
  await writeFile(file, JSON.stringify({ auths: { 'reg.test/team': { auth }, 'empty.test': {} } }));
  t.same(await retryCredentials(file, 'reg.test/team/app:1'), { username: 'robot', password: 'secret' });
  for (const image of ['reg.test/other/app:1', 'other.test/team/app:1', 'empty.test/x:1', 'not an image'])
    t.equal(await retryCredentials(file, image), null, image);
  t.equal(await retryCredentials(null, 'reg.test/team/app:1'), null, 'without the option nobody’s');
  t.equal(await retryCredentials(join(path, 'gone'), 'reg.test/team/app:1'), null);
});
