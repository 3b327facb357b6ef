import type { Cause } from '../../src/model/cause.ts';
import type { Hosts } from './hosts.ts';
import type { PullPolicy } from './image-manager.ts';

/** One pod with one image, and what is really the matter with it. */
export type Scenario = {
  /** Name of the pod. */
  pod: string;
  image: string;
  policy?: PullPolicy;
  /** Name of the pull secret in the pod's spec; see `secrets` in lab.ts. */
  secret?: string;
  /** The right cause. Empty: the image can be pulled and must not have a finding of severity `error`. */
  causes: readonly Cause[];
  truth: string;
};

/** Twenty-odd ways for a pull to go, in the order in which the path breaks. */
export const allScenarios = ({ name }: Pick<Hosts, 'name'>): Scenario[] => {
  const zone = name('good').slice('good'.length);
  return [
    { pod: 'healthy', image: `${name('good')}/app:v1`, causes: [], truth: 'public image' },
    {
      pod: 'healthy-private',
      image: `${name('auth')}/team/api:1.4.2`,
      secret: 'right',
      causes: [],
      truth: 'right secret',
    },
    {
      pod: 'healthy-mirrored',
      image: `${name('mirrored')}/app:v1`,
      causes: [],
      truth: 'mirror refuses, upstream answers',
    },
    { pod: 'bad-name', image: `${name('good')}/App:v1`, causes: ['image-name-invalid'], truth: 'upper case' },
    {
      pod: 'never',
      image: `${name('good')}/app:v7`,
      policy: 'Never',
      causes: ['never-pull'],
      truth: 'policy Never, image absent',
    },
    {
      pod: 'bad-ca-file',
      image: `${name('badca')}/app:v1`,
      causes: ['hosts-config-invalid'],
      truth: 'hosts.toml names a missing CA file',
    },
    { pod: 'no-such-host', image: `nosuchhost${zone}/app:v1`, causes: ['dns-failure'], truth: 'NXDOMAIN' },
    {
      pod: 'dns-refused',
      image: `a.servfail${zone}/app:v1`,
      causes: ['dns-failure'],
      truth: 'nameserver refuses the zone',
    },
    {
      pod: 'dns-silent',
      image: `a.dnsdrop${zone}/app:v1`,
      causes: ['dns-failure'],
      truth: 'nameserver of the zone is silent',
    },
    { pod: 'refused', image: `${name('refused')}/app:v1`, causes: ['network-unreachable'], truth: 'nothing listens' },
    { pod: 'dropped', image: `${name('drop')}/app:v1`, causes: ['network-timeout'], truth: 'packets dropped' },
    { pod: 'reset', image: `${name('reset')}/app:v1`, causes: ['connection-reset'], truth: 'reset after ClientHello' },
    { pod: 'plain-http', image: `${name('plain')}/app:v1`, causes: ['plain-http'], truth: 'HTTP on the TLS port' },
    {
      pod: 'unknown-ca',
      image: `${name('unkca')}/app:v1`,
      causes: ['tls-unknown-authority'],
      truth: 'CA the node does not have',
    },
    {
      pod: 'expired',
      image: `${name('expired')}/app:v1`,
      causes: ['tls-expired'],
      truth: 'certificate ended two days ago',
    },
    {
      pod: 'other-name',
      image: `${name('name')}/app:v1`,
      causes: ['tls-name-mismatch'],
      truth: 'certificate of another host',
    },
    {
      pod: 'no-secret',
      image: `${name('auth')}/team/web:2.0`,
      causes: ['auth-required'],
      truth: 'private, no secret named',
    },
    {
      pod: 'wrong-secret',
      image: `${name('auth')}/team/jobs:3.1`,
      secret: 'wrong',
      causes: ['auth-denied'],
      truth: 'wrong password',
    },
    {
      pod: 'missing-secret',
      image: `${name('auth')}/team/cron:1.0`,
      secret: 'nosuchsecret',
      causes: ['secret-problem'],
      truth: 'secret does not exist',
    },
    {
      pod: 'no-scope',
      image: `${name('token')}/team/api:1.4.2`,
      causes: ['auth-required'],
      truth: 'token without scope',
    },
    { pod: 'rate', image: `${name('rate')}/library/app:v1`, causes: ['rate-limited'], truth: '429' },
    { pod: 'e503', image: `${name('e503')}/app:v1`, causes: ['registry-error'], truth: '503 with an HTML page' },
    {
      pod: 'sign-in',
      image: `${name('page')}/app:v1`,
      causes: ['not-a-registry'],
      truth: 'sign-in page with 200',
    },
    { pod: 'no-tag', image: `${name('good')}/app:v9`, causes: ['tag-not-found'], truth: 'tag does not exist' },
    {
      pod: 'no-repository',
      image: `${name('good')}/nope/app:v1`,
      causes: ['image-not-found'],
      truth: 'repository does not exist',
    },
    {
      pod: 'platform',
      image: `${name('good')}/multi:v1`,
      causes: ['platform-mismatch'],
      truth: 'built for another architecture',
    },
    {
      pod: 'cdn-blocked',
      image: `${name('cdn')}/cdnapp:v1`,
      causes: ['redirect-blocked'],
      truth: 'blobs redirect to a blocked host',
    },
  ];
};

/** The scenario of a pod. */
export const scenarioOf = (hosts: Pick<Hosts, 'name'>, pod: string): Scenario => {
  const found = allScenarios(hosts).find(scenario => scenario.pod === pod);
  if (found === undefined) throw new Error(`the lab has no ${pod}`);
  return found;
};
