import t from 'tap';
import { trustFor } from '../../../src/agent/probe/trust.ts';
import { limits } from '../../../src/model/limits.ts';
import { authority } from './stand.ts';

t.test('unreadable and mismatched files are left out; their own check names them', async t => {
  const ca = await authority(t);
  const one = await ca.issue('one.test');
  const two = await ca.issue('two.test');
  const place = { bundle: { pems: [], from: null }, hostRoot: '/' };
  const trust = await trustFor({ caFiles: ['/not/there', ca.file], clientPairs: [] }, place);
  t.same(trust.caFiles, ['/not/there', ca.file]);
  for (const keyFile of [one.keyFile, two.keyFile, '/not/there'])
    t.ok((await trustFor({ caFiles: [], clientPairs: [{ certFile: one.certFile, keyFile }] }, place)).context);
});

t.test('hosts that trust the same share what OpenSSL holds of it, wherever the files are', async t => {
  const ca = await authority(t);
  const other = await authority(t);
  const own = await ca.issue('one.test');
  const bundle = { pems: [ca.pem], from: null };
  const hostRoot = t.testdir({ a: { 'ca.crt': ca.pem }, b: { 'ca.crt': ca.pem }, c: { 'ca.crt': other.pem } });
  const contextFor = async (caFiles: string[], clientPairs: { certFile: string; keyFile: string }[] = []) =>
    (await trustFor({ caFiles, clientPairs }, { bundle, hostRoot })).context;
  const first = await contextFor(['/a/ca.crt']);
  t.equal(await contextFor(['/b/ca.crt']), first);
  t.not(await contextFor(['/c/ca.crt']), first, 'another CA');
  t.not(await contextFor([]), first, 'none of its own');
  const pairRoot = { bundle, hostRoot: '/' };
  const plain = (await trustFor({ caFiles: [], clientPairs: [] }, pairRoot)).context;
  const { certFile, keyFile } = own;
  t.not(
    (await trustFor({ caFiles: [], clientPairs: [{ certFile, keyFile }] }, pairRoot)).context,
    plain,
    'a client pair',
  );
  const anew = { bundle: { pems: [ca.pem], from: null }, hostRoot };
  t.not(
    (await trustFor({ caFiles: ['/a/ca.crt'], clientPairs: [] }, anew)).context,
    first,
    'a bundle that was read anew',
  );
});

t.test('however many hosts have CAs of their own, so many sets are kept at most', async t => {
  const names = Array.from({ length: limits.tlsContexts + 1 }, (_, at) => `${at}.crt`);
  const hostRoot = t.testdir(Object.fromEntries(names.map(name => [name, name])));
  const place = { bundle: { pems: [], from: null }, hostRoot };
  const contextFor = async (name: string) =>
    (await trustFor({ caFiles: [`/${name}`], clientPairs: [] }, place)).context;
  const contexts = [];
  for (const name of names) contexts.push(await contextFor(name));
  t.equal(await contextFor(names.at(-1) ?? ''), contexts.at(-1), 'the newest is kept');
  t.not(await contextFor(names[0] ?? ''), contexts[0], 'the oldest is not');
});
