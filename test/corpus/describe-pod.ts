/** A container of a pod, with the events of its failed pull; without them it runs. */
export type DescribedContainer = { name: string; image: string; reason?: string; events?: string[] };

/** What `kubectl describe pod` prints for a pod of several containers. */
export const describePod = (
  { name, namespace, node }: { name: string; namespace: string; node: string },
  containers: DescribedContainer[],
): string => `Name:             ${name}
Namespace:        ${namespace}
Priority:         0
Service Account:  default
Node:             ${node}/10.0.3.17
Start Time:       Sat, 21 Nov 2026 22:41:52 +0000
Labels:           app=web
Annotations:      <none>
Status:           Pending
IP:               10.244.1.12
Containers:
${containers
  .map(
    ({ name: container, image, reason }) => `  ${container}:
    Container ID:   ${reason === undefined ? 'containerd://3e03171c353274e2575d10c5657331c0c3b8b4dbea9a4b9d4fadfb9dfaf82054' : ''}
    Image:          ${image}
    Image ID:       
    State:          ${reason === undefined ? 'Running' : `Waiting\n      Reason:       ${reason}`}
    Ready:          ${reason === undefined ? 'True' : 'False'}
`,
  )
  .join('')}Conditions:
  Type              Status
  Ready             False 
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  2m                 default-scheduler  Successfully assigned ${namespace}/${name} to ${node}
${containers
  .flatMap(({ image, events = [] }) => [
    `  Normal   Pulling    38s (x4 over 2m)   kubelet            Pulling image "${image}"`,
    ...events.map(event => `  Warning  Failed     38s (x4 over 2m)   kubelet            ${event}`),
  ])
  .join('\n')}
`;
