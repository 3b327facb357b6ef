import * as broken from '../lab/broken.ts';
import { account } from '../lab/hosts.ts';
import { run } from '../lab/process.ts';
import { fails, type Fault, type Told, works } from './fault.ts';
import * as fronts from './fronts.ts';
import { startNode, type FaultNode } from './node.ts';
import type { Site } from './site.ts';

/** What the sound registries answer: names, tags, platforms, credentials. */
export const answerFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  await node.certs(`${site.at('good')}/ca.crt`);
  await node.certs(`${site.at('auth')}/ca.crt`);
  const [good, auth] = [site.at('good'), site.at('auth')];
  const of = (name: string, truth: string, image: string): Told => ({ name, truth, node, image });
  const secret = 'the pod’s secret never comes to the node’s own check';
  return [
    works(of('ok', 'healthy', `${good}/app:v1`)),
    works({
      ...of('right-secret', 'private, the pod’s secret is right', `${auth}/team/api:1.4.2`),
      auth: account,
      beyond: secret,
    }),
    fails(
      {
        ...of('wrong-secret', 'private, wrong password in the pod’s secret', `${auth}/team/api:1.4.3`),
        auth: { ...account, password: 'wrong' },
        beyond: secret,
      },
      'auth-denied',
    ),
    fails(
      { ...of('missing-secret', 'private, the pod’s secret does not exist', `${auth}/team/api:1.4.3`), beyond: secret },
      'secret-problem',
    ),
    fails(of('auth-none', 'private, no secret', `${auth}/team/api:1.4.3`), 'auth-required'),
    fails(of('tag-missing', 'no such tag', `${good}/app:nightly`), 'tag-not-found'),
    fails(
      { ...of('tag-near', 'no such tag, one letter from one that is there', `${good}/team/api:1.4.4`), says: '1.4.' },
      'tag-not-found',
    ),
    fails(
      { ...of('tag-v', 'no such tag, there is one without the v', `${good}/team/api:v1.4.2`), says: 'there is 1.4.2' },
      'tag-not-found',
    ),
    fails(of('repo-missing', 'no such repository', `${good}/nope/app:v1`), 'image-not-found'),
    fails(of('digest-missing', 'no such digest', `${good}/app@sha256:${'ab'.repeat(32)}`), 'tag-not-found'),
    fails(of('platform', 'built for another processor', `${good}/multi:v1`), 'platform-mismatch'),
    fails(
      {
        ...of('never', 'policy Never, and the image is not there', `${good}/app:v7`),
        kubeletSays: `Container image "${good}/app:v7" is not present with pull policy of Never`,
      },
      'never-pull',
    ),
    fails(of('badname', 'upper case in the name', `${good}/App:v1`), 'image-name-invalid'),
  ];
};

/** Registries that answer what no registry should. */
export const brokenAnswerFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  const { sound } = site;
  const page = { 'content-type': 'text/html' };
  const json = { 'content-type': 'application/json' };
  await site.front('rate', broken.tooMany);
  await site.front(
    'rate-later',
    fronts.always(
      429,
      { ...json, 'retry-after': '21600' },
      '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}',
    ),
  );
  await site.front('e503', broken.unavailable);
  await site.front('e500', fronts.always(500, json, '{"errors":[{"code":"UNKNOWN","message":"unknown error"}]}'));
  await site.front('page', broken.signInPage);
  await site.front('login', fronts.always(200, page, '<html>log in</html>'));
  await site.front('portal', fronts.always(302, { location: `https://${site.at('login')}/login` }));
  await site.front('teapot', fronts.always(403, page, '<html>blocked by policy</html>'));
  await site.front('silent', fronts.silent);
  await site.front('token', broken.tokenWithoutScope(site.at('token')));
  await site.front(
    'schema1',
    fronts.manifestOf(
      sound,
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      '{"schemaVersion":1,"name":"app","tag":"v1","architecture":"amd64","fsLayers":[],"history":[],"signatures":[]}',
    ),
  );
  await site.front(
    'garbage',
    fronts.manifestOf(sound, 'application/vnd.oci.image.manifest.v1+json', '{"schemaVersion":2,'),
  );
  for (const how of ['cut', 'changed', 'lost', 'stuck'] as const)
    await site.front(how, fronts.spoilingLayers(sound, how));
  const names = [
    'rate',
    'rate-later',
    'e503',
    'e500',
    'page',
    'login',
    'portal',
    'teapot',
    'silent',
    'token',
    'schema1',
    'garbage',
    'cut',
    'changed',
    'lost',
    'stuck',
  ];
  for (const name of names) await node.certs(`${site.at(name)}/ca.crt`);
  const of = (name: string, truth: string, path = 'app:v1'): Told => ({
    name,
    truth,
    node,
    image: `${site.at(name)}/${path}`,
  });
  const pulling = true;
  return [
    fails(of('rate', '429 with Docker Hub’s words', 'library/app:v1'), 'rate-limited'),
    fails(of('rate-later', '429, Retry-After in six hours'), 'rate-limited'),
    fails(of('e503', '503 with an HTML page'), 'registry-error'),
    fails(of('e500', '500 with a registry’s error'), 'registry-error'),
    fails(of('page', 'a sign-in page with 200 for everything'), 'not-a-registry'),
    fails(of('portal', 'a captive portal: everything is redirected to its page'), 'not-a-registry'),
    fails(of('teapot', 'a filter answers 403 with a page'), 'auth-required', 'not-a-registry', 'auth-denied'),
    fails(of('silent', 'takes the request and never answers'), 'network-timeout'),
    fails(
      { ...of('token', 'the token given to anybody is not enough', 'team/api:1.4.2'), name: 'scope' },
      'auth-required',
    ),
    fails(of('schema1', 'a schema 1 manifest'), 'unsupported-manifest'),
    fails(of('garbage', 'the manifest is cut JSON'), 'unsupported-manifest', 'content-corrupt'),
    fails(
      { ...of('cut', 'the connection ends in the middle of the layer', 'cut:v1'), pulling },
      'connection-reset',
      'content-corrupt',
    ),
    fails({ ...of('changed', 'a byte of the layer is changed on the way', 'changed:v1'), pulling }, 'content-corrupt'),
    fails(of('lost', 'the registry has lost the layer', 'lost:v1'), 'registry-error'),
    fails(of('stuck', 'headers of the layer, and then nothing', 'stuck:v1'), 'network-timeout', 'pull-cancelled'),
  ];
};

/** Token services and layers at hosts of their own. */
export const otherHostFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  const { sound, ca, stranger, firewall } = site;
  const pass = broken.passOn(sound);
  const untrusted = async (name: string): Promise<unknown> =>
    site.front(name, pass, await stranger.issue(`${name}.lab.test`));
  site.host('t-refused');
  await firewall.drop(site.host('t-drop').address);
  await site.front('t-unkca', fronts.givesToken, await stranger.issue('t-unkca.lab.test'));
  await site.front('t-503', broken.unavailable);
  await site.front('t-silent', fronts.silent);
  await site.front('t-sound', fronts.givesToken);
  const tokens = ['t-refused', 't-drop', 't-unkca', 't-503', 't-silent', 't-sound', 't-nowhere'];
  for (const name of tokens) {
    await site.front(`wants-${name}`, fronts.wantsToken(sound, `https://${site.at(name)}/token`));
    await node.certs(`${site.at(`wants-${name}`)}/ca.crt`);
  }
  await site.front('wants-self', fronts.wantsToken(sound, `https://${site.at('wants-self')}/token`));
  await firewall.drop(site.host('blockedcdn').address);
  await untrusted('cdn-unkca');
  await site.front(
    'cdn-403',
    fronts.always(403, { 'content-type': 'application/xml' }, '<Error><Code>AccessDenied</Code></Error>'),
  );
  await site.front('cdn-expired', pass, await ca.issue('cdn-expired.lab.test', { days: -1 }));
  const layers: [string, string][] = [
    ['cdndrop', `https://${site.at('blockedcdn')}`],
    ['cdnbad', `https://${site.at('cdn-unkca')}`],
    ['cdn403', `https://${site.at('cdn-403')}`],
    ['cdnlocal', 'https://127.0.0.1:1'],
    ['cdnsound', `https://${site.at('good')}`],
  ];
  for (const [name, base] of layers) {
    await site.front(name, fronts.layersAt(sound, base));
    await node.certs(`${site.at(name)}/ca.crt`);
  }
  const of = (name: string, truth: string, path = 'app:v1'): Told => ({
    name,
    truth,
    node,
    image: `${site.at(name)}/${path}`,
  });
  return [
    works(of('wants-t-sound', 'a token service at another host, sound')),
    fails(of('wants-t-refused', 'nothing listens at the token service'), 'network-unreachable'),
    fails(of('wants-t-drop', 'packets to the token service are dropped'), 'network-timeout'),
    fails(of('wants-t-unkca', 'the token service’s CA is unknown'), 'tls-unknown-authority'),
    fails(of('wants-t-503', 'the token service answers 503'), 'registry-error'),
    fails(of('wants-t-silent', 'the token service never answers'), 'network-timeout'),
    fails(of('wants-t-nowhere', 'the token service’s name does not exist'), 'dns-failure'),
    works(of('cdnsound', 'layers at another host, sound', 'cdnsound:v1')),
    fails(
      { ...of('cdndrop', 'layers at a host that drops packets', 'cdndrop:v1'), name: 'cdn-blocked' },
      'redirect-blocked',
    ),
    fails(
      of('cdnbad', 'layers at a host whose CA is unknown', 'cdnbad:v1'),
      'redirect-blocked',
      'tls-unknown-authority',
    ),
    fails(of('cdn403', 'the layers’ host answers 403', 'cdn403:v1'), 'redirect-blocked'),
    fails(
      of('cdnlocal', 'layers at this node’s own loopback, where nothing listens', 'cdnlocal:v1'),
      'redirect-blocked',
    ),
  ];
};

const dockerConfig = (host: string, password: string): string => {
  const auth = Buffer.from(`${account.username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [host]: { auth } } });
};

/** Credentials that the node itself has: in the kubelet's file, which it hands to containerd, and in containerd's own. */
export const credentialFaults = async (site: Site): Promise<Fault[]> => {
  const host = site.at('auth');
  const image = `${host}/team/api:1.4.2`;
  const withKubelet = async (name: string, password: string): Promise<FaultNode> => {
    const node = await startNode(site, name);
    await run(node.namespace.enter(['mount', '-t', 'tmpfs', 'tmpfs', '/var/lib']));
    await node.namespace.write('/var/lib/kubelet/config.json', dockerConfig(host, password));
    await node.certs(`${host}/ca.crt`);
    return node;
  };
  const registry = [
    "  config_path = '/etc/containerd/certs.d'",
    `[plugins.'io.containerd.cri.v1.images'.registry.configs.'${host}'.auth]`,
    `  username = '${account.username}'`,
    `  password = '${account.password}'`,
  ].join('\n');
  const own = await startNode(site, 'containerd-auth', { registry });
  await own.certs(`${host}/ca.crt`);
  const right = await withKubelet('kubelet-auth', account.password);
  const wrong = await withKubelet('kubelet-wrong', 'wrong');
  const refused = { ...account, password: 'wrong' };
  return [
    works({
      name: 'kubelet-auth',
      truth: 'private, the kubelet’s config.json is right',
      node: right,
      image,
      auth: account,
    }),
    fails(
      {
        name: 'kubelet-wrong',
        truth: 'private, wrong password in the kubelet’s config.json',
        node: wrong,
        image,
        auth: refused,
      },
      'auth-denied',
    ),
    works({ name: 'containerd-auth', truth: 'private, containerd’s own configuration is right', node: own, image }),
  ];
};
