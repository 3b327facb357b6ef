import { sh } from '../shell.ts';
import type { Advice } from '../advice.ts';
import { events, exists, pull, restart, runtimeOf, setImage } from './steps.ts';

/** Causes in what the workload asks for. */
export const imageAdvice = {
  'image-name-invalid': {
    title: n =>
      n.imageError === null
        ? 'the image name is none that can be pulled'
        : `the image name does not parse: ${n.imageError}`,
    means:
      'The image reference breaks the grammar: upper case or blanks in the repository, an empty tag, a bad digest, a leading slash. No registry was asked.',
    confirm: n => [
      {
        say: 'Read the name as the pod has it; look for an empty variable, upper case, a blank or a trailing colon.',
        run: sh`kubectl -n ${n.namespace} get pod ${n.pod} -o ${'jsonpath={.spec.containers[*].image}'}`,
      },
    ],
    fix: n => [
      setImage(n, 'Correct the name where it is made (manifest, chart values, pipeline variable), or here:'),
      ...restart(n).slice(1),
    ],
  },
  'never-pull': {
    title: n => `${n.image} is not on the node, and its pull policy is Never`,
    means: 'imagePullPolicy is Never and the image is not on this node, so the kubelet will not fetch it.',
    confirm: n => [
      { say: `On node ${n.node}: is it there, under this very name?`, run: sh`${runtimeOf(n).tool} images ${n.image}` },
    ],
    fix: n => [
      {
        say: 'Let the kubelet pull it, or load the image on every node the pod can run on.',
        run: sh`kubectl -n ${n.namespace} patch ${n.workload} --type=strategic -p ${`{"spec":{"template":{"spec":{"containers":[{"name":"${n.container}","imagePullPolicy":"IfNotPresent"}]}}}}`}`,
      },
      ...restart(n).slice(1),
    ],
  },
  'image-not-found': {
    title: n => `${n.registry} has no repository ${n.repository}`,
    means:
      'The registry answered that it has no such repository. A misspelt name, a wrong registry host (region, project), or an image that was never pushed. Some registries say the same of private ones.',
    confirm: n => [exists(n)],
    fix: n => [setImage(n, 'Correct the repository or the registry host, or push the image.'), ...restart(n).slice(1)],
  },
  'tag-not-found': {
    title: n => `${n.registry} has no ${n.repository}:${n.tag} (tag or repository)`,
    means:
      'The registry answered 404 for this tag or digest. containerd cannot tell a missing tag from a missing repository. A tag left out means latest, which often does not exist.',
    confirm: n => [
      exists(n),
      {
        say: 'Which tags are there? Look for a near miss.',
        run: sh`skopeo list-tags ${`docker://${n.registry}/${n.repository}`}`,
      },
    ],
    fix: n => [
      setImage(n, 'Name a tag that exists (better: pin a version or a digest), or push this one.'),
      ...restart(n).slice(1),
    ],
  },
  'platform-mismatch': {
    title: n => `${n.image} is not built for this node's platform`,
    means: 'The image exists, but its index has no manifest for the operating system and architecture of this node.',
    confirm: n => [
      {
        say: 'What is the node?',
        run: sh`kubectl get node ${n.node} -o ${'jsonpath={.status.nodeInfo.operatingSystem}/{.status.nodeInfo.architecture}'}`,
      },
      { say: 'What is the image built for?', run: sh`docker manifest inspect ${n.image}` },
    ],
    fix: n => [
      {
        say: "Build it for the node's platform too, as one index.",
        run: sh`docker buildx build --platform linux/amd64,linux/arm64 -t ${n.image} --push .`,
      },
      {
        say: 'Or keep the pod on nodes of the right kind.',
        run: sh`kubectl -n ${n.namespace} patch ${n.workload} -p ${'{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/arch":"amd64"}}}}}'}`,
      },
      ...restart(n).slice(1),
    ],
  },
  'unsupported-manifest': {
    title: n => `the runtime cannot use the manifest of ${n.image}`,
    means:
      'The registry sent something that the runtime does not take as an image: Docker schema 1, an artifact that is no image, an unknown media type, or a web page in its place.',
    confirm: n => [
      {
        say: 'What is served under this name? Look at mediaType and schemaVersion.',
        run: sh`skopeo inspect --raw ${`docker://${n.image}`}`,
      },
    ],
    fix: n => [
      {
        say: 'Push it again with a current tool as an OCI or Docker schema 2 image (schema 1 is gone since containerd 2.0).',
        run: sh`skopeo copy --format v2s2 ${`docker://${n.image}`} ${`docker://${n.image}`}`,
      },
      { say: 'If text/html is served, a proxy or mirror answers in place of the registry: see not-a-registry.' },
      ...restart(n),
    ],
  },
  'signature-policy': {
    title: n => `a signature or image policy on the node rejects ${n.image}`,
    means: 'The runtime checks signatures or runs an image verifier, and this image did not pass.',
    confirm: n => [
      {
        say: `On node ${n.node}: which policy? (CRI-O: policy.json; containerd: image verifier plugins)`,
        run: 'cat /etc/containers/policy.json; ls /opt/containerd/image-verifier/bin',
      },
      pull(n),
    ],
    fix: n => [
      {
        say: 'Sign the image with a key that the policy trusts, or use an image that is signed.',
        run: sh`cosign verify --key KEY.pub ${n.image}`,
      },
      ...restart(n),
    ],
  },
  'backoff-only': {
    title: n =>
      n.image === 'IMAGE'
        ? 'the kubelet waits before it tries the pull again'
        : `the kubelet waits before it pulls ${n.image} again`,
    means:
      'Only the waiting is told here (10 s, doubled each time, at most 300 s). The cause was in an earlier message: the event "Failed to pull image", or the kubelet\'s log.',
    confirm: n => [
      events(n),
      {
        say: `On node ${n.node}: the kubelet's log keeps it after the events are gone.`,
        run: "journalctl -u kubelet -g 'PullImage|Failed to pull image' --since=-1h",
      },
    ],
    fix: () => [{ say: 'Explain that earlier message: pullpath explain "TEXT".' }],
  },
  other: {
    title: n =>
      n.image === 'IMAGE'
        ? 'a pull failed for a reason that pullpath does not know'
        : `the pull of ${n.image} failed for a reason that pullpath does not know`,
    means: 'The text is of a failed pull, and no rule fits it.',
    confirm: n => [events(n), pull(n)],
    fix: n => [
      {
        say: `Read the runtime's log on node ${n.node} at that time.`,
        run: `journalctl ${runtimeOf(n).log} --since=-1h -g 'PullImage|fetch failed|trying next host'`,
      },
    ],
  },
  'not-a-pull-failure': {
    title: () => 'this is not a failed image pull',
    means: 'The text speaks of something else.',
    confirm: () => [],
    fix: () => [],
  },
} satisfies Record<string, Advice>;
