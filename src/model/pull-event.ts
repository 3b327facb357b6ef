/** The container of a pod that wants an image, as the kubelet names it. */
export type PodContainer = { namespace: string; pod: string; podUid: string | null; container: string };

/**
 * What one line of the kubelet or the runtime says about a pull. `at` is the journal's time in epoch milliseconds:
 * the line's own time has no year and no zone.
 */
export type PullEvent =
  /** The kubelet gave up on an attempt, or waits before the next (`reason` tells), for one container of a pod. */
  | {
      kind: 'pod-failed';
      at: number;
      who: PodContainer;
      /** Waiting reason as the kubelet prints it: ErrImagePull, ImagePullBackOff, InvalidImageName … */
      reason: string;
      /** Image as the pod spec writes it, where the line names it. */
      image: string | null;
      /** The error under the wrappers; null for a back-off line that no longer carries one. */
      message: string | null;
    }
  /** A pull of an image failed; no pod in the line. */
  | {
      kind: 'image-failed';
      at: number;
      source: 'kubelet' | 'runtime';
      image: string;
      message: string;
      /** The kubelet says it of a pull for which it had no credentials (kuberuntime_image.go, 1.28 to 1.36). */
      anonymous?: true;
    }
  /** One host of an image's host list failed during a pull; later hosts may still save it. */
  | { kind: 'host-failed'; at: number; host: string; message: string }
  /** The runtime begins to pull an image, for the kubelet or for another client; CRI-O's lines carry the number of the request. */
  | { kind: 'pull-started'; at: number; image: string; request?: string }
  /** The runtime has the image: containerd names it as it was asked for, CRI-O by its digest. */
  | { kind: 'image-pulled'; at: number; image: string; request?: string }
  /** The pod's containers run, or the pod is gone: its failures are closed. */
  | { kind: 'pod-started'; at: number; namespace: string; pod: string }
  | { kind: 'pod-gone'; at: number; namespace: string; pod: string }
  /** The kubelet could not read a pull secret that the pod names. */
  | { kind: 'secret-missing'; at: number; namespace: string; pod: string; message: string }
  /** A credential provider plugin of the kubelet failed; the pull goes on without credentials. */
  | { kind: 'credentials-failed'; at: number; image: string; message: string }
  /** The kubelet began to run, as this version. */
  | { kind: 'kubelet-started'; at: number; version: string }
  /** journald itself dropped lines of this unit. */
  | { kind: 'lines-lost'; at: number; count: number };
