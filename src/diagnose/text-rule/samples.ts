/** The beginnings of error texts as containerd composes them, for the texts that fire rules. */
export const head =
  'failed to pull and unpack image "reg.example/app:1": failed to resolve reference "reg.example/app:1": failed to do request: Head "https://reg.example/v2/app/manifests/1": ';
export const mirror =
  'failed to pull and unpack image "docker.io/library/nginx:1": failed to resolve image: failed to do request: Head "https://mirror.example/v2/library/nginx/manifests/1?ns=docker.io": ';
export const blob =
  'failed to pull and unpack image "quay.io/team/app:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn01.quay.io/sha256/13/13e820178dcdf6ec?Expires=1&Signature=x": ';
export const timeout = 'dial tcp 192.0.2.1:443: i/o timeout';
export const refused = 'dial tcp 192.0.2.1:443: connect: connection refused';
export const noHost = (host: string): string => `dial tcp: lookup ${host} on 10.0.0.2:53: no such host`;
