import { policyFromEnv } from '../../shared/policy.ts';
import { type Assumptions, fargateSpot, instantly, slowFargate, usual } from './assumptions.ts';
import {
  omniscient,
  onDemandOnly,
  quarterOnDemand,
  type SpotkeeperSettings,
  spotHedge,
  spotkeeper,
  spotOnly,
} from './policies.ts';
import type { Policy } from './replay.ts';

export type Row = { readonly name: string; readonly policy: Policy; readonly assumptions: Assumptions };

/** What spotkeeper does when nobody sets anything. */
export const defaults: SpotkeeperSettings = policyFromEnv({});

const fixed = (dwellMinutes: number, breakEvenMinutes = defaults.breakEvenMinutes): Policy =>
  spotkeeper({ dwellMinutes, mostDwellMinutes: dwellMinutes, breakEvenMinutes });

export const OMNISCIENT = 'omniscient';
export const SPOTKEEPER = 'spotkeeper, default settings';
export const SPOTKEEPER_SLOW = 'spotkeeper, Fargate takes 110 s';

/** Every policy that is compared, in the order in which they are printed. */
export const rows: readonly Row[] = [
  { name: 'Spot only', policy: spotOnly, assumptions: usual },
  { name: '25 % On-Demand, at least 1', policy: quarterOnDemand, assumptions: usual },
  ...[0, 1, 2].map((extra) => ({ name: `SpotHedge, N + ${extra}`, policy: spotHedge(extra), assumptions: usual })),
  { name: 'lend from Fargate only, no dwell', policy: fixed(0, Number.POSITIVE_INFINITY), assumptions: usual },
  { name: SPOTKEEPER, policy: spotkeeper(defaults), assumptions: usual },
  ...[0, 3, 5].map((minutes) => ({
    name: `spotkeeper, dwell ${minutes} min`,
    policy: fixed(minutes),
    assumptions: usual,
  })),
  { name: 'spotkeeper, dwell 0, break-even 10 min', policy: fixed(0, 10), assumptions: usual },
  { name: SPOTKEEPER_SLOW, policy: spotkeeper(defaults), assumptions: slowFargate },
  {
    name: 'spotkeeper, Fargate Spot at 0.40 has room',
    policy: spotkeeper({ ...defaults, breakEvenMinutes: Number.POSITIVE_INFINITY }),
    assumptions: fargateSpot,
  },
  { name: OMNISCIENT, policy: omniscient, assumptions: instantly },
  { name: 'On-Demand only', policy: onDemandOnly, assumptions: usual },
];
