import type { World } from '../../world/world.ts';
import { type EcsService, primary } from '../model.ts';

/** Writes into the journal that a service is there, and who made it. */
export const tellCreated = (world: World, service: EcsService, by: string): void =>
  tell(world, service, { kind: 'service-created', text: `is created with ${tasks(service.desired)}`, by });

/** Writes that a service wants another number of tasks. @param before what it wanted */
export const tellScaled = (world: World, service: EcsService, { before, by }: { before: number; by: string }): void => {
  if (service.desired === before) return;
  tell(world, service, { kind: 'service-scaled', text: `wants ${tasks(service.desired)} instead of ${before}`, by });
};

/** Writes that a deployment of a service begins. */
export const tellDeployed = (world: World, service: EcsService, by: string): void => {
  const { family, revision } = primary(service).definition;
  tell(world, service, { kind: 'service-deployed', text: `begins a deployment of ${family}:${revision}`, by });
};

/** Writes that a service is deleted. */
export const tellDeleted = (world: World, service: EcsService, by: string): void =>
  tell(world, service, { kind: 'service-deleted', text: 'is deleted', by });

const tasks = (count: number): string => `${count} task${count === 1 ? '' : 's'}`;

type Told = {
  readonly kind: 'service-created' | 'service-scaled' | 'service-deployed' | 'service-deleted';
  readonly text: string;
  readonly by: string;
};

const tell = (world: World, { name, cluster, desired }: EcsService, { kind, text, by }: Told): void =>
  world.journal({ kind, subject: name, text: `${name} ${text}`, data: { cluster: cluster.name, desired, by } });
