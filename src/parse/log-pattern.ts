/** The kubelet's line with its version, soon after its start (kubelet server.go, since 1.21). */
export const kubeletVersionPattern = '"Kubelet version"';

/**
 * What a line of the kubelet or the runtime must match to be of interest, as a PCRE2 and ECMAScript expression: handed to
 * `journalctl --grep`, so that all other lines never reach the agent. The last two parts let the middle and the end of a
 * multi-line klog value through (klog-lines.ts).
 */
export const pullLinePattern = [
  'Error syncing pod.*([Ii]mage|[Pp]ull|RegistryUnavailable|SignatureValidationFailed)',
  'PullImage .*(failed|returns)',
  // Its begin as containerd logs it (logfmt and JSON escape the quote alike), and as CRI-O does.
  '"PullImage \\\\"',
  'Pulling image: ',
  'Pull image .*failed',
  'Failed to pull image',
  'Pulled image',
  'trying next host',
  'fetch failed',
  'Unable to retrieve pull secret',
  'Failed to provide credentials for image',
  'Observed pod startup duration',
  'SyncLoop \\(?(DELETE|REMOVE)',
  kubeletVersionPattern,
  'Suppressed [0-9]+ messages',
  '^\\t',
  '^ >',
].join('|');
