import { join } from 'node:path';
import { Recent } from '../../diagnose/recent.ts';
import { limits } from '../../model/limits.ts';
import { apiHost, type ImageRef } from '../../model/image-ref.ts';
import { matchingEntries } from '../../parse/image-glob.ts';
import type { RegistryAuth } from '../../parse/registry-auth.ts';
import { Credential } from './credential.ts';
import { readKubeletFile } from './kubelet-files.ts';
import { readKubeletPlace, type KubeletPlace } from './kubelet-place.ts';
import { ProviderPlugins, type KeptAnswers } from './provider-plugins.ts';

/** What a walk may show to one host. */
export type HostCredentials = {
  /** In the order in which they are tried, for this host alone. */
  tries: readonly Credential[];
  /** Files of credentials that containerd would offer here although they are for another host; none is sent. */
  withheld: readonly string[];
  /** Why plugins gave none, without what they said. */
  faults: readonly string[];
};

/** Nothing to show: as anybody. */
export const noCredentials: HostCredentials = { tries: [], withheld: [], faults: [] };

/** Which credentials a walk may use. */
export type CredentialSources = {
  /** `false` walks as anybody. */
  files: boolean;
  /** Runs the kubelet's credential provider plugins. */
  providers: boolean;
  /** What plugins answered before; without it, answers are kept for one look at the node. */
  kept?: KeptAnswers;
};

type Place = {
  hostRoot: string;
  /** The kubelet's process; null where it is not known. */
  kubelet: number | null;
  /** What containerd's own configuration has; null where another runtime is in use, beside which it may still lie. */
  containerd: { file: string; auths: readonly RegistryAuth[] } | null;
};
type Asked = { registry: string; image: ImageRef | null };

/** Whether two `host:port` are one server of HTTPS or, for `plain`, of HTTP: a default port may be left out. */
const sameHost = (one: string, other: string, plain: boolean): boolean => {
  const hostOf = (text: string): string | null => URL.parse(`${plain ? 'http' : 'https'}://${text}`)?.host ?? null;
  return hostOf(one) !== null && hostOf(one) === hostOf(other);
};

/** The credentials that this node itself has: the kubelet's files and plugins, containerd's own configuration. The kubelet's are read anew for each walk. */
export class NodeCredentials {
  private readonly place: Place;
  private readonly sources: CredentialSources;
  private readonly kept: KeptAnswers;

  constructor(place: Place, sources: CredentialSources) {
    this.place = place;
    this.sources = sources;
    this.kept = sources.kept ?? new Recent(limits.credentialCache);
  }

  /**
   * What may be shown to which host, for one image or registry. The kubelet's come first, and containerd's own only without
   * them, as the kubelet puts them into the request. containerd would offer the kubelet's to every host that asks, mirrors
   * too; here they go to the registry's own host alone.
   */
  async of(asked: Asked, signal: AbortSignal): Promise<(host: string, plain: boolean) => HostCredentials> {
    if (!this.sources.files) return () => noCredentials;
    const kubelet = await readKubeletPlace(this.place.hostRoot, this.place.kubelet);
    const { file, auths } = this.place.containerd ?? { file: '', auths: [] };
    const image = asked.image === null ? asked.registry : `${asked.registry}/${asked.image.repository}`;
    const { ofKubelet, faults } = await this.ofKubelet(image, kubelet, signal);
    return (host, plain) => {
      const own = sameHost(host, apiHost(asked.registry), plain);
      if (ofKubelet.length > 0 && own) return { tries: ofKubelet, withheld: [], faults };
      const kept = auths.filter(auth => auth.host === host);
      const tries = kept.map(
        ({ username, secret }) => new Credential({ source: file, owner: 'runtime' }, username, secret),
      );
      if (ofKubelet.length === 0) return { tries, withheld: [], faults: own ? faults : [] };
      return { tries: [], withheld: [...new Set(ofKubelet.map(({ source }) => source))], faults: [] };
    };
  }

  private async ofKubelet(
    image: string,
    kubelet: KubeletPlace,
    signal: AbortSignal,
  ): Promise<{ ofKubelet: Credential[]; faults: string[] }> {
    const found = await readKubeletFile(this.place.hostRoot, kubelet);
    const asked = this.sources.providers ? await this.pluginsOf(kubelet)?.ask(image, signal) : undefined;
    const faults = [...(asked?.faults ?? [])];
    if (this.sources.providers && asked === undefined)
      faults.push('the kubelet was started without credential provider plugins, or cannot be seen');
    const sources = [
      ...(found === null ? [] : [{ source: found.file, auths: found.auths }]),
      ...(asked?.found ?? []).map(({ plugin, auths }) => ({ source: `credential provider ${plugin}`, auths })),
    ];
    const ofKubelet = sources.flatMap(({ source, auths }) =>
      matchingEntries(auths, image)
        // containerd sends nothing for a password without a name.
        .filter(({ username }) => username !== '')
        .map(({ username, password }) => new Credential({ source, owner: 'kubelet' }, username, password)),
    );
    return { ofKubelet: ofKubelet.slice(0, limits.credentialTries), faults };
  }

  private pluginsOf({ providerConfig, providerBinDir, environment, workingDir }: KubeletPlace): ProviderPlugins | null {
    if (providerConfig === null || providerBinDir === null) return null;
    const absolute = (path: string): string => (path.startsWith('/') ? path : join('/', workingDir, path));
    const place = { config: absolute(providerConfig), binDir: absolute(providerBinDir), environment };
    return new ProviderPlugins({ hostRoot: this.place.hostRoot, ...place }, this.kept);
  }
}
