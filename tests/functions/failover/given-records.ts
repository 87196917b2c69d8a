import type { Evidence, RungState } from '../../../shared/model/lending.ts';
import type { Lending, Lookout, Raised } from '../../../shared/model/records.ts';
import { at, CLUSTER, REGION } from '../../given.ts';
import { aLookout as aLookoutThatHolds } from '../interruption/given.ts';

export const aState = (want: number, changes: Partial<RungState> = {}): RungState => ({
  want,
  setAt: at(-600),
  confirmed: true,
  servedAt: want > 0 ? at(-540) : undefined,
  odd: undefined,
  dryUntil: undefined,
  why: undefined,
  ...changes,
});

export const aFailure = (seconds = 0, changes: Partial<Evidence> = {}): Evidence => ({
  kind: 'placement-failure',
  at: at(seconds),
  text: 'RESOURCE:CPU',
  ...changes,
});

/** Two tasks on Fargate Spot since ten minutes ago. */
export const aLending = (changes: Partial<Lending> = {}): Lending => ({
  is: 'lending',
  region: REGION,
  cluster: CLUSTER,
  service: 'checkout',
  rungs: { 'fargate-spot': aState(2), fargate: aState(0) },
  evidence: aFailure(-600),
  since: at(-600),
  deficit: 2,
  neededAt: undefined,
  began: [at(-600)],
  doubled: false,
  startsMs: [],
  desiredBefore: 4,
  reason: '2 are missing',
  version: 3,
  by: 'earlier',
  expiresAt: at(7 * 86_400),
  ...changes,
});

/** Written a minute ago; its wake-up has come. */
export const aLookout = (changes: Partial<Lookout> = {}): Lookout =>
  aLookoutThatHolds({ at: at(-5), holds: [], scannedAt: at(-60), ...changes });

/** Two instances are bought On-Demand since ten minutes ago. */
export const aRaised = (changes: Partial<Raised> = {}): Raised => ({
  is: 'raised',
  region: REGION,
  group: 'spot',
  cluster: CLUSTER,
  before: 0,
  base: 2,
  confirmed: true,
  since: at(-600),
  changedAt: at(-600),
  reason: '4 tasks of checkout',
  version: 2,
  by: 'earlier',
  expiresAt: at(86_400),
  ...changes,
});
