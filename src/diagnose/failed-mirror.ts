/** A mirror that failed during pulls, whatever became of them. Times are epoch milliseconds. */
export type FailedMirror = {
  host: string;
  /** The registry that it stands for, where the line tells. */
  registry: string | null;
  message: string;
  firstAt: number;
  at: number;
};

/** containerd 2.x says that a next host follows only where one does; a 404 is a mirror that does not have the image, no fault. */
const byStatus = /^trying next host after status: (?!404\b)\d{3}/;
const namespace = /[?&]ns=([\w.:[\]-]{1,255})/;

/** What a failed host's line says of a mirror; null where it is the registry itself, has no such image, or was not waited for. */
export const readFailedMirror = (line: { host: string; message: string; at: number }): FailedMirror | null => {
  const { host, message, at } = line;
  const registry = namespace.exec(message)?.[1] ?? null;
  const isMirror = byStatus.test(message) || (registry !== null && !message.includes('context canceled'));
  return isMirror ? { host, registry, message, firstAt: at, at } : null;
};
