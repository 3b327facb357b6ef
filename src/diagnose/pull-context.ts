/**
 * Signs that a text speaks of pulling an image, over masked words: what the kubelet, the runtimes and their tools say only
 * then. A network error without one is somebody else's: the API server's clients and probes print the same words.
 */
const signs = [
  'pull(?:ing|ed)? (?:and unpack )?(?:the )?(?:sandbox )?(?:container )?image',
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
  'resolve (?:reference|image)',
  'unpack image',
  'unpacking image',
  'sandbox image',
  'httpread(?:er)?seeker',
  'trying next host',
  'fetch failed',
  '(?:anonymous|oauth|bearer|auth) token',
  'fetching blob',
  'pinging (?:container|docker)? ?(?:registry)?',
  'initializing (?:image )?(?:source|destination)',
  'reading (?:manifest|blob|config|signatures)',
  'writing blob',
  'storing blob',
  'copying (?:system image|config|image|artifact)',
  'image configuration',
  'accessing ‹image›',
  'trying to pull',
  'manifest',
  'media type',
  'extract(?:ion)? (?:layer|snapshot)',
  'register layer',
  'applylayer',
  'applying layer',
  'layer verification',
  'tar file',
  'commit on ref',
  'content digest',
  'temporary lease',
  'no signatures',
  'pull access',
  'pull policy',
  'pull secrets?',
  'pull qps',
  'pull rate',
  'imagepullsecret',
  'dockerconfigjson',
  'credential[ -]provider',
  'error getting credentials',
  'docker-credential',
  'toomanyrequests',
  'too many requests to registry',
  'default image tag',
  'parse image',
  'parse reference',
  'invalid reference',
  'repository name',
  'unqualified',
  'short-?name',
  'image verifier',
  'trust data',
  'image rejected',
  'rejected by policy',
  'checking signature',
  'verifying signature',
  'v2 registry',
  'registry endpoint',
  'registr(?:y|ies) config',
  'registries\\.',
  'certs\\.d',
  'hosts\\.toml',
  'cri image config',
  'plugin config: `',
  'daemon: (?:get|head) ',
  'daemon: (?:unauthorized|denied|manifest|repository|toomanyrequests|error parsing http|received unexpected|missing)',
  'docker daemon',
  'mirror resolve',
  'continuing with pull',
  'endpoint for pull',
  'snapshotter',
  'no basic auth',
  'image (?:‹\\w+›|\\S+) not found',
  'no such image',
  'platform',
  'operating system',
  'unknown service runtime',
  'fata\\[',
  '^failed to connect: ',
  'validate (?:service|cri)',
  'server gave http response',
];

const context = new RegExp(signs.join('|'));
const failure =
  /fail|err|denied|cannot|can't|unable|could ?n.t|timed? ?out|timeout|refused|reject|invalid|not found|fatal|unauthori|forbidden|unknown|no such|exceeded|too ?many|not (?:match|present|support)|no (?:match|signatures|basic|space)|cancel|back-?off|unsupported|unavailable|reset|eof|expired|x509|missing|exhausted|error/;
/** Log messages and events of pulls that went well. */
const success =
  /^(?:\S+ +){0,12}?(?:successfully pulled|pulled image|stop pulling image|container image ‹\w+› already present|already present)/;
/** What carries a pull's words and is none: garbage collection of images, the kubelet's start-up, volumes, networks of sandboxes. */
const foreign =
  /garbage collection|imagegc|image_gc|unable to delete|network for (?:pod|sandbox)|network for sandbox|networkplugin|probe failed|sanity check|crashloopbackoff|runcontainererror|createcontainererror|createcontainerconfigerror|failed to list \*|runc create|oci runtime|attach\/mount|mountvolume|persistentvolume|webhook|garbage collect/;
const stillPull =
  /errimagepull|imagepullbackoff|failed to pull|pull and unpack|pulling image|sandbox image|image policy/;

/** Whether masked words speak of a pull that failed. */
export const isPullFailure = (words: string): boolean =>
  context.test(words) && failure.test(words) && !success.test(words) && (!foreign.test(words) || stillPull.test(words));
