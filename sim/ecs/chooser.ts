import type { ContainerInstance } from './model.ts';

/** Gives out instances one by one; the caller places a task before asking again. Undefined: nowhere is room. */
export type Chooser = { next(): ContainerInstance | undefined };

/** The field of a strategy that spreads over Availability Zones. */
export const AZ_FIELD = 'attribute:ecs.availability-zone';
