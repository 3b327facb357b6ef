import { expandBraces, phraseFinder } from '../parse/phrases.ts';
import type { SentCredentials } from './checklist.ts';
import type { Runtime } from './runtime.ts';

/**
 * Signs that a text speaks of pulling an image, over masked words: what the kubelet, the runtimes and their tools say only
 * then. A network error without one is somebody else's: the API server's clients and probes print the same words.
 */
const signs = [
  'pull{ing,ed,} {and unpack ,}{the ,}{sandbox ,container ,}image',
  'pullimage',
  'image pull',
  'errimage',
  'imagepull',
  'image service',
  'imagestatus',
  'imageservice',
  'imagefsinfo',
  'invalidimagename',
  'registryunavailable',
  'signaturevalidationfailed',
  'resolve {reference,image}',
  'unpack{,ing} image',
  'sandbox image',
  'httprea{d,der}seeker',
  'trying next host',
  'fetch failed',
  '{anonymous,oauth,bearer,auth} token',
  'fetching blob',
  'pinging {container,docker} registry',
  'pinging registry',
  'error pinging',
  'initializing {image ,}{source,destination}',
  'reading {manifest,blob,config,signatures}',
  'determining manifest mime type',
  '{writing,storing} blob',
  'copying {system image,config,image,artifact}',
  'copy artifact',
  'image configuration',
  'accessing ‹image›',
  'trying to pull',
  'manifest{_, }unknown',
  'manifest {for,list,type,schema,invalid,verification}',
  'manifest.v1',
  '{image,in,matching,fetch,unsupported,invalid} manifest',
  'manifest ‹digest›',
  'code [manifests',
  'media type {‹name›,application/,text/}',
  'mediatype',
  'extract{,ing,ion} {layer,snapshot}',
  'register layer',
  'applylayer',
  'applying layer',
  'layer verification',
  'processing tar file',
  'commit on ref',
  'content digest',
  'temporary lease',
  'download failed, retrying',
  'error parsing http',
  'missing parent {‹image›,‹name›,‹digest›}',
  'rootless containerd',
  'no signatures',
  'pull access',
  'you may have invalid credentials',
  'pull policy',
  'pull secret',
  'pull qps',
  'pull rate',
  'imagepullsecret',
  'failedtoretrieveimagepullsecret',
  'dockerconfigjson',
  'credential{ ,-}provider',
  'error getting credentials',
  'docker-credential',
  'toomanyrequests',
  'too many requests to registry',
  'default image tag',
  'parse {image,reference}',
  'parsing {image,reference}',
  'invalid reference',
  'repository name',
  'unqualified',
  'short-name',
  'image verifier',
  'trust data',
  'image rejected',
  'image verification failed',
  'invalid image repo',
  'rejected by policy',
  '{checking,verifying} signature',
  'v2 registry',
  'registry endpoint',
  'registr{y,ies} config',
  'registries.',
  'certs.d',
  'hosts.toml',
  'cri image config',
  'plugin config: `',
  'response from daemon: {get,head,unauthorized,denied,manifest,repository,toomanyrequests,blob,name,unknown:,error parsing http,received unexpected,missing,pull}',
  'docker daemon',
  'mirror resolve',
  'continuing with pull',
  'endpoint for pull',
  'on snapshotter',
  'imageinspecterror',
  'inspect image',
  'no basic auth',
  'image ‹image› not found',
  'image ‹name› not found',
  'no such image',
  'for platform',
  'specified platform',
  'used on this platform',
  'image operating system',
  'unknown service runtime',
  'validate {service connection,cri}',
  '{dial,dialing,dialing:} {unix ,}‹socket›',
  'pulling {‹image›,‹name›}',
  'while pulling',
  '-based image is incompatible',
  'finished image',
  'schema version',
  'unmarshalling content',
  '{ecr,gcr,acr} credentials',
  'configured registries',
  'thin pool',
  'verification failed for digest',
  'schema 1 ',
  'no image found in',
  'ping{ing,} registry',
  'connect endpoint',
  'found in repository',
  '‹certs.d›',
  '‹download›',
  '‹image›: not found',
  "config's diffid",
  'failed to connect: {failed to connect,context deadline}',
  'failed to connect, make sure',
];

/** What stands for a sign before the names are masked. */
const rawSigns = [
  'dial unix',
  'unix://',
  'manifest',
  'media type',
  'pulling ',
  'x509',
  'tls: ',
  'net/http',
  'dial tcp',
  'unexpected status',
  'proxyconnect',
  'http: server gave',
  'lookup ',
  'denied: ',
  'unauthorized: ',
  ' unknown: ',
  '/v2/',
  '/v1/_ping',
  '/v1/repositories',
  'missing parent',
  'scope=repository',
  'not found',
  'certs.d',
  '/var/lib/',
  // Of what is near a pull and none: a cluster's DNS, an image of another platform, a snapshot of a container.
  'read udp',
  'exec format error',
  'snapshot ',
];

/** Words for a failure of any kind. */
const failures = [
  ...['fail', 'err', 'denied', 'cannot', "can't", 'unable', 'couldn', 'could n', 'time{,d}{ ,}out', 'refused'],
  ...['reject', 'invalid', 'not found', 'fatal', 'unauthori', 'forbidden', 'unknown', 'no such', 'exceeded'],
  ...['too{ ,}many', 'not {match,present,support}', 'no {match,signatures,basic,space,image}', 'cancel', 'back{-,}off'],
  ...['unsupported', 'unavailable', 'reset', 'eof', 'expired', 'x509', 'missing', 'exhausted', 'broken', 'disabled'],
  ...['less than', 'should be', 'did not', 'incompatible'],
];
/** Log messages and events of pulls that went well; they stand among the first words. */
const successes = ['successfully pulled', 'pulled image', 'stop pulling image', 'already present'];
const success =
  /^(?:\S+ +){0,12}?(?:successfully pulled|pulled image|stop pulling image|(?:container image ‹\w+› )?already present)/;
/** What carries a pull's words and is none: garbage collection of images, the kubelet's start-up, volumes, networks of sandboxes. */
const foreign = [
  ...['removeimage', 'garbage collect', 'imagegc', 'image_gc', 'unable to delete', 'network for {pod,sandbox}'],
  ...['networkplugin', 'probe failed', 'sanity check', 'crashloopbackoff', 'runcontainererror', 'createcontainererror'],
  ...['createcontainerconfigerror', 'failed to list *', 'runc create', 'oci runtime', 'attach/mount', 'mountvolume'],
  ...['persistentvolume', 'webhook', 'listcontainers', 'listpodsandbox', 'genericpleg', 'execsync', 'containerstatus'],
  ...[
    'installation failed',
    'upgrade failed',
    'chart repository',
    '{pull,download,pulling,downloading} {helm ,the ,}chart',
  ],
];
const stillPull = [
  ...[
    'errimagepull',
    'imagepullbackoff',
    'failed to pull {the ,}image',
    'failed to pull ‹',
    'pull and unpack',
    'pulling image',
    'sandbox image',
  ],
  'image policy',
];

const credentialsSent = [
  ...['fetch oauth token', 'invalid_token', 'token has expired', 'invalid username', 'incorrect username'],
  'http basic: access denied',
];
const noCredentials = ['no basic auth credentials', 'fetch anonymous token', 'there are no credentials'];
const crioWords = [
  ...['pinging {container,docker} registry', 'initializing {image ,}source', 'reading manifest'],
  'copying system image',
];
const dockerWords = ['response from daemon', 'dockerd'];

/** What phrases tell, as bits. */
const sense = {
  sign: 1,
  failure: 2,
  success: 4,
  foreign: 8,
  stillPull: 16,
  sent: 32,
  notSent: 64,
  crio: 128,
  docker: 256,
} as const;

const senses = (bit: number, phrases: string[]): [string, number][] =>
  phrases.flatMap(expandBraces).map(phrase => [phrase, bit]);

const rawFinder = phraseFinder(senses(sense.sign, [...signs, ...rawSigns]));
const finder = phraseFinder([
  ...senses(sense.sign, signs),
  ...senses(sense.failure, failures),
  ...senses(sense.success, successes),
  ...senses(sense.foreign, foreign),
  ...senses(sense.stillPull, stillPull),
  ...senses(sense.sent, credentialsSent),
  ...senses(sense.notSent, noCredentials),
  ...senses(sense.crio, crioWords),
  ...senses(sense.docker, dockerWords),
]);

/** Whether a text, names not yet masked, can speak of a pull: what has no sign needs no second look. */
export const speaksOfPull = (text: string): boolean => rawFinder.any(text);

/** A registry's own words, as docker prints them, with nothing before them. */
const registryWords =
  /^(?:\w{1,20}: )?(?:denied|unauthorized|manifest unknown|name unknown|blob unknown|toomanyrequests): /;
/** An error of Go's networking with nothing around it: the end of a text that someone cut short. */
const bareError =
  /^(?:error: |docker: )?(?:x509: |tls: |net\/http: |dial (?:tcp|udp) |proxyconnect |http: server gave |remote error: tls|unexpected status (?:code|from) |lookup \S{1,253}(?: on |: )|(?:get|head) ‹url›: (?:x509|tls|dial|net\/http|http: server|eof|unauthorized|denied))/;

/** What masked words speak of: a pull, something else that has a pull's words, a failure. */
export type PullContext = {
  /** Of a pull that did not go well; a request to a registry's API is a sign too. */
  pull: boolean;
  /** Of something else with a pull's words. */
  foreign: boolean;
  /** Something failed. */
  failure: boolean;
  credentials: SentCredentials;
  runtime: Runtime;
};

/** Tells whether masked words speak of a pull that failed. */
export const readContext = (words: string, asksRegistry: boolean): PullContext => {
  let found = 0;
  for (const bit of finder.find(words)) found |= bit;
  const has = (bit: number): boolean => (found & bit) !== 0;
  const sign = asksRegistry || has(sense.sign) || registryWords.test(words) || bareError.test(words);
  const wentWell = has(sense.success) && success.test(words);
  const isForeign = has(sense.foreign) && !has(sense.stillPull);
  return {
    pull: sign && !wentWell && !isForeign,
    foreign: sign && !wentWell && isForeign,
    failure: has(sense.failure),
    credentials: has(sense.sent) ? 'yes' : has(sense.notSent) ? 'no' : 'unknown',
    runtime: has(sense.crio) ? 'cri-o' : has(sense.docker) || words.startsWith('docker: ') ? 'docker' : 'containerd',
  };
};
