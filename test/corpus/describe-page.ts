/** What `kubectl describe pod` prints for a pod of two containers of which one waits for its image. */
export const describePage = (failed: string): string => `Name:             web-5d4f8c7b9-x2k4q
Namespace:        shop
Priority:         0
Service Account:  default
Node:             node-17/10.0.3.17
Start Time:       Sat, 21 Nov 2026 22:41:52 +0000
Labels:           app=web
                  pod-template-hash=5d4f8c7b9
Annotations:      <none>
Status:           Pending
IP:               10.244.1.12
Controlled By:    ReplicaSet/web-5d4f8c7b9
Containers:
  sidecar:
    Container ID:   containerd://3e03171c353274e2575d10c5657331c0c3b8b4dbea9a4b9d4fadfb9dfaf82054
    Image:          docker.io/library/envoy:1
    State:          Running
      Started:      Sat, 21 Nov 2026 22:41:55 +0000
    Ready:          True
  app:
    Container ID:   
    Image:          registry.corp.example/team/api:1.4.2
    Image ID:       
    Port:           8080/TCP
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
    Environment:    <none>
Conditions:
  Type              Status
  Initialized       True 
  Ready             False 
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  2m                 default-scheduler  Successfully assigned shop/web-5d4f8c7b9-x2k4q to node-17
  Normal   Pulling    38s (x4 over 2m)   kubelet            Pulling image "registry.corp.example/team/api:1.4.2"
  Warning  Failed     38s (x4 over 2m)   kubelet            ${failed}
  Warning  Failed     38s (x4 over 2m)   kubelet            Error: ErrImagePull
  Normal   BackOff    12s (x6 over 2m)   kubelet            Back-off pulling image "registry.corp.example/team/api:1.4.2"
  Warning  Failed     12s (x6 over 2m)   kubelet            Error: ImagePullBackOff
`;
