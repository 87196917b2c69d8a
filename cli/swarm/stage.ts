import type { SimulatedAccount } from '../../sim/account.ts';
import type { Cluster, ContainerInstance, EcsService } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';
import { isStandby } from '../failover/lending-log.ts';
import { isHandsOff } from '../hands-off.ts';
import type { Draw } from './draw.ts';
import type { ByHand } from './person.ts';
import type { Phases } from './phases.ts';

/** Where the story of a seed plays, and what draws it. */
export type Stage = {
  readonly draw: Draw;
  readonly region: Region;
  readonly account: SimulatedAccount;
  /** a person in the console */
  readonly person: ByHand;
  readonly phases: Phases;
};

/** Lets one thing happen now, where the account has something that it can happen to. */
export type Happening = (stage: Stage) => void;

/** The services of clusters that spotkeeper looks after, without its own. */
export const managedServices = ({ region }: Stage): EcsService[] =>
  managedClusters(region).flatMap(({ services }) => [...services.values()].filter((one) => !isStandby(one)));

/** spotkeeper's own services. */
export const standbysOf = ({ region }: Stage): EcsService[] =>
  managedClusters(region).flatMap(({ services }) =>
    [...services.values()].filter((one) => isStandby(one) && one.status === 'ACTIVE'),
  );

/** The container instances of clusters that spotkeeper looks after. */
export const managedInstances = ({ region }: Stage): ContainerInstance[] =>
  managedClusters(region).flatMap(({ instances }) => [...instances.values()]);

/** The clusters that spotkeeper looks after. */
export const managedClusters = ({ parts }: Region): Cluster[] =>
  [...parts.ecs.state.clusters.values()].filter((cluster) => !isHandsOff(cluster));

/** One of them, or nothing when there is none. */
export const oneOf = <T>({ draw }: Stage, name: string, items: readonly T[]): T | undefined =>
  items.length === 0 ? undefined : draw.pick(name, items);
