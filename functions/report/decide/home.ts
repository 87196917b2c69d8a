import type { Context } from '../../../shared/flow.ts';

/** The region of the stack, which owns the outbox and makes the reports. */
export const homeOf = ({ region, policy }: Pick<Context, 'region' | 'policy'>): string => policy.regions[0] ?? region;
