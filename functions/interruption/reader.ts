import type {
  Cluster,
  ContainerInstance,
  Instance,
  Service,
  Target,
  TargetGroup,
  Task,
} from '../../shared/model/fleet.ts';
import type { Instant } from '../../shared/model/instant.ts';
import type { Absent, Doomed, Lookout, Place, Watch } from '../../shared/model/records.ts';
import type { Directory } from './decide/map.ts';

/** spotkeeper's own table, of one region. */
export type TableReader = {
  places(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Place | Absent>>;
  clusters(): Promise<Directory>;
  doomed(cluster: string | undefined): Promise<readonly Doomed[]>;
  doomedOf(keys: readonly DoomedKey[]): Promise<readonly Doomed[]>;
  watches(): Promise<readonly Watch[]>;
  /** What failover says of these clusters, as far as it looks after them. */
  lookouts(clusters: readonly string[]): Promise<readonly Lookout[]>;
  /** Open records of maintenance that was announced while spotkeeper only observed; none in observe mode. */
  observedMaintenance(): Promise<readonly Doomed[]>;
};

/** All that this function may read of one region. */
export type Reader = TableReader & {
  /** The table when it fails: empty, with a warning in the log. A drain must not wait for it. */
  readonly tolerant: TableReader;

  listClusters(): Promise<readonly string[]>;
  describeClusters(arns: readonly string[]): Promise<readonly Cluster[]>;
  findContainerInstances(cluster: string, instanceIds?: readonly string[]): Promise<readonly ContainerInstance[]>;
  describeContainerInstances(cluster: string, arns: readonly string[]): Promise<readonly ContainerInstance[]>;
  listTasks(cluster: string, containerInstance?: string, desiredStatus?: 'STOPPED'): Promise<readonly string[]>;
  describeTasks(cluster: string, arns: readonly string[]): Promise<readonly Task[]>;
  describeServices(cluster: string, names: readonly string[]): Promise<readonly Service[]>;
  stopTimeoutSeconds(definition: string): Promise<number>;
  targetGroup(arn: string): Promise<TargetGroup | undefined>;
  targetHealth(arn: string): Promise<readonly Target[]>;

  instances(ids: readonly string[]): Promise<readonly Instance[]>;
  openNotices(): Promise<readonly { readonly instanceId: string; readonly noticedAt: Instant }[]>;
  reclaimedInstances(): Promise<readonly Instance[]>;
};

export type DoomedKey = { readonly instanceId: string; readonly cluster: string | undefined };
