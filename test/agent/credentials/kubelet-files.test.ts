import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { readKubeletFile } from '../../../src/agent/credentials/kubelet-files.ts';

const kubelet = {
  ...{ rootDir: '/var/lib/kubelet', workingDir: '/', home: '/root', configFile: '/c' },
  ...{ providerConfig: null, providerBinDir: null, environment: {} },
};
const config = (user: string): string => JSON.stringify({ auths: { 'reg.test': { username: user, password: 'p' } } });
const older = JSON.stringify({ 'reg.test': { username: 'older', password: 'p' } });

/** Each file by its user, in the kubelet's order. */
const places: [string, string][] = [
  ['/var/lib/kubelet/config.json', config('root-dir')],
  ['/config.json', config('cwd')],
  ['/root/.docker/config.json', config('home')],
  ['/.docker/config.json', config('slash')],
  ['/var/lib/kubelet/.dockercfg', older],
  ['/.dockercfg', older],
];

/** A node with these files. */
const rootWith = async (owner: Pick<typeof t, 'testdir'>, files: readonly [string, string][]): Promise<string> => {
  const root = owner.testdir({});
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
};

t.test('the first file in the kubelet’s order that it takes is the only one', async t => {
  for (const [at, [file]] of places.entries()) {
    const found = await readKubeletFile(await rootWith(t, places.slice(at)), kubelet);
    t.equal(found?.file, file);
    t.equal(found?.auths.length, 1);
  }
  t.equal(await readKubeletFile(t.testdir({}), kubelet), null);
});

t.test('a file that it does not take is passed over, a directory and a large one too', async t => {
  for (const bad of ['{', '[]', '{"auths":{"a":{"auth":"?"}}}', 'x'.repeat(2 * 1024 * 1024)]) {
    const root = await rootWith(t, [['/var/lib/kubelet/config.json', bad], ...places.slice(3, 4)]);
    t.equal((await readKubeletFile(root, kubelet))?.file, '/.docker/config.json');
  }
  const root = await rootWith(t, [['/config.json/x', ''], ...places.slice(5)]);
  t.match(await readKubeletFile(root, kubelet), { file: '/.dockercfg', auths: [{ username: 'older' }] });
});

t.test('without a HOME it looks below its working directory', async t => {
  const root = await rootWith(t, [['/srv/.docker/config.json', config('cwd')]]);
  const found = await readKubeletFile(root, { ...kubelet, home: '', workingDir: '/srv' });
  t.equal(found?.file, '/srv/.docker/config.json');
});
