/** Whether a text can be a name of Kubernetes; names come from reports, and one that is none could lead to another path. */
export const isName = (name: string): boolean => /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);
