import { recoveryRules } from '../../src/diagnose/recovery-rules.ts';
import { limits } from '../../src/model/limits.ts';

const seconds = (ms: number): string => `${ms / 1000} s`;

/** What `--retry` may do, with every rule, as `docs/recover.md`. */
export const recoverPage = (table: (head: string[], rows: string[][]) => string): string =>
  [
    '# Recovery',
    'Written by `npm run docs`; the rules are those of `src/diagnose/recovery-rules.ts`.',
    'The kubelet waits up to 300 s after a failed pull, whatever happens meanwhile. An image that is on the node is found at its next look, 10 to 16 s later. So the agent watches the step that broke, and pulls the image once when it works again.',
    '## `--retry`',
    table(
      ['value', 'what the agent may do'],
      [
        ['`off`', 'pulls nothing; the walks of `--probe-interval` go on'],
        [
          '`confirm`',
          `pulls a newly failing image once over CRI, within ${seconds(limits.retryJitterMs)}, under every rule below; watches nothing`,
        ],
        [
          '`recover`',
          'the default: for each image that a container waits for, asks the broken step until it passes, walks the whole path, pulls once over CRI, under every rule below. What no step can tell (a corrupt layer, a snapshotter, a text that nothing is known of) is pulled once, then after ever longer waits',
        ],
      ],
    ),
    '## What is sent',
    [
      `- **The broken step, and no more than it needs before it**: for \`tcp.connect\` a lookup and a connection, for \`registry.ping\` one request. At first every ${seconds(limits.recoverFirstMs)}, then after a ${limits.recoverPaceShare}th of how long it has been broken, at most every ${seconds(limits.recoverMaxMs)}, each up to a quarter sooner by chance. All images behind one broken step share the question. Steps that take a walk (the token, the manifest, a layer) wait three times as long.`,
      '- **One walk**, once the step passes: at most 12 requests a host, as any walk. Where it meets another break, that step is watched.',
      '- **One pull** over CRI, without anybody’s credentials but what containerd itself is configured with, or those of `--retry-credentials`.',
      `- **\`wait\` causes**: nothing before the time that the registry names, by \`Retry-After\` (seconds or a date), \`X-Retry-After\`, \`RateLimit-Reset\`, \`RateLimit\`, \`X-RateLimit-Reset\` (seconds, or seconds since 1970) or, as Docker Hub, by the window of a spent \`RateLimit-Remaining: 0;w=21600\`, which is the latest that it can be; a walk that is told to wait stops at that answer. The walk that is told so is one request. Where nothing names a time, nothing is sent. A time more than ${limits.probeHoldMs / 3_600_000} h away counts as that, so that no answer ends recovery for good; when it comes, one walk asks again.`,
      '- **A pause that a host asks for with 503 or another 5xx** (`Retry-After`) is kept alike: its step is not asked before that time either.',
      '- **`never` causes**: nothing is sent. Where the fault is in TLS or in the node’s settings, the agent looks whether the node’s own files change, and a walk of `--probe-interval` that finds the path sound counts as mended too.',
      `- **After a pull that failed**: ${seconds(limits.recoverPullFirstMs)}, doubled up to ${seconds(limits.recoverPullMaxMs)}, and the step must pass again.`,
    ].join('\n'),
    '## The rules',
    'Asked before the walk and again before the pull, in this order; the first that forbids is told in the finding (`recovery`) and by `pullpath node`. A rule that stands keeps the step from being asked as well.',
    table(
      ['code', 'stands', 'not pulled, because'],
      Object.entries(recoveryRules).map(([code, { says, stands }]) => [`\`${code}\``, stands ? 'yes' : '', says]),
    ),
    '## How the rules know',
    [
      `- **The policy**: by the aggregator’s answers to reports, where it may ask the API server (\`pods: get\`, as in \`daemonset.yaml\`): it asks once for each pod that waits on the reporting node, ${limits.policyRate.perSecond} a second at most, and an answer waits ${limits.policyAnswerMs} ms for it; what comes later goes with the node’s next answer. Where all of an image’s containers whose policy is known have Always, nothing is pulled; one container with IfNotPresent makes a pull worth it. An agent whose aggregator can tell waits for it up to ${seconds(limits.policyWaitMs)} after it heard of the failure (\`policy-awaited\`), so that no pull comes before the policy is known. Where nobody tells (an older aggregator, one without an account at the API server or not reachable, more pods than it may ask for): without a tag, or with \`:latest\`, the API server’s default is Always; any other image counts as IfNotPresent, the default, so that a pod with Always and a fixed tag costs one pull. That pull is the only one: where a pod waits on after its image was pulled it is \`pulled-in-vain\`, and never again while it waits. Nothing that the agent may read on the node has the policy: neither the kubelet’s log (since 1.34; older ones print it in the container’s whole specification, beside its environment, which is not read) nor the runtime.`,
      '- **The kubelet’s own pull**: by the runtime’s log, which has a line as each pull begins and one as it ends. Where the runtime’s log cannot be followed this is not known.',
      '- **Private images**: the kubelet’s lines tell whether it had credentials for a pull; the walk sees what the registry wants.',
      `- **The disk**: \`statfs\` of what ImageFsInfo names, the layers’ size of the manifest times ${limits.recoverUnpackFactor} (compressed and unpacked), ${limits.recoverUnknownBytes / 1024 ** 3} GiB (on small disks a tenth of them for all of it) where no manifest was read; against \`imageGCHighThresholdPercent\` of the kubelet’s configuration, ${limits.imageGcHighPercent} % where that cannot be read.`,
      '- **Who pulled it**: `imagePullCredentialsVerificationPolicy` of the kubelet’s configuration: of the file that the running kubelet was started with (`--config`) where the agent sees the host’s processes; else, as in the DaemonSet, the strictest of `/var/lib/kubelet/config.yaml` (which `daemonset.yaml` mounts by itself, read-only, since all pods’ secrets lie beside it) and, in `/etc`, the files of EKS and AKS. AlwaysVerify, and NeverVerifyAllowlistedImages for an image that is not on its list, forbid every pull. NeverVerify does not. NeverVerifyPreloadedImages, the default, does not either: an image that the kubelet has no record of is given to any pod; where it pulled that very image before with a pod’s secret, it verifies all the same, and one pull is made in vain. Where none of these files says it (GKE, k3s and RKE2 keep it elsewhere: mount it at `/host/var/lib/kubelet/config.yaml`; drop-ins of `--config-dir` are not read), the default is assumed; should it be AlwaysVerify in truth, each image costs one pull, and `pulled-in-vain` keeps it at that one.',
      `- **The budget**: ${limits.recoverNodeHour} pulls an hour a node, ${limits.recoverImageHour} of one image.`,
    ].join('\n'),
    '## Many nodes at one registry',
    `The aggregator counts the nodes that wait on a registry, and answers each report with their number, this node’s place among them, and the requests a second that all of them together may send (${limits.herdPerSecond}). A node’s turn (one question, one walk, one pull) counts as ${limits.recoverTurnRequests} requests. All share one round of the clock, long enough for each to have its turn, and each asks and pulls in its own place of it only. A node that does not know who else waits (no answer in ${seconds(limits.herdUsableMs)}, an older aggregator, a failure of a moment ago) takes its turn by chance within ${seconds(limits.recoverBlindMs)} after its step passed. Before the first answer, in the seconds after a common failure, nodes ask by their own clocks.`,
    '## What is told',
    'A finding’s `recovery` says what is done for it or which rule forbids it. `retries` of the report, and `pullpath node`, say which step was watched, when it passed, when the image was pulled and in which time, when a pod ran by the kubelet’s own line, and how much later the kubelet’s next attempt was due.',
    '## By hand',
    '`pullpath retry IMAGE [--node NODE]` asks the nodes that wait for an image, or one node, through the aggregator; they hear of it with their next report, at most a heartbeat (30 s) later. Nodes with `--retry=off` do nothing. Every rule holds; what a rule forbids is told in `retries`. With `--auth=kubernetes` the caller needs the verb `create` on the nonResourceURL `/v1/retries`, which the reader’s role does not have; with a token, whoever has the token may ask. Requests wait in the database for five minutes: whichever replica takes the node’s report tells it, also after a restart.',
  ].join('\n\n');
