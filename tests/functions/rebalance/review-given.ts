import type { RegionView, ReviewView } from '../../../functions/rebalance/decide/view.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { ScalingGroup } from '../../../shared/model/offerings.ts';
import type { Choice } from '../../../shared/model/rebalance-records.ts';
import { aPolicy, aTick, CLUSTER, NOW, REGION } from '../../given.ts';
import { catalogueOf, demandOf, pricesOf, typeOf, zones } from '../../shared/core/offerings/market.ts';

/** A group of a managed cluster that runs two types, both of its owner's choosing. */
export const OWN = ['m5.large', 'm5a.large'];
/** What EC2 offers of like size, each at half its On-Demand price. */
export const OFFERED = ['m5.large', 'm5a.large', 'm6a.large', 'm6i.large', 'm7i.large', 'm8i.large'];

export const aTicked = aTick();

export const aGroup = (types: readonly string[] = OWN, given: Partial<ScalingGroup> = {}): ScalingGroup => ({
  name: 'prod-spot',
  tags: {},
  counts: 'instances',
  desired: 6,
  minSize: 1,
  maxSize: 12,
  zones,
  capacityRebalance: false,
  suspended: [],
  launch: {
    by: 'policy',
    template: { id: 'lt-1', name: undefined, version: '1' },
    policy: {
      overrides: types.map((type) => ({ type, weight: undefined, own: false })),
      spotStrategy: 'price-capacity-optimized',
      onDemandStrategy: 'lowest-price',
      onDemandBase: 0,
      onDemandPercentage: 0,
      percentageUnset: false,
    },
  },
  members: [],
  ...given,
});

export const aReview = (given: Partial<ReviewView> = {}): ReviewView => ({
  group: aGroup(),
  cluster: { arn: CLUSTER, name: 'prod', tags: {}, containerInstances: 6, tasks: 12, providers: [], fargateTasks: 0 },
  provider: undefined,
  policy: aPolicy({ rebalance: 'on', minPools: 6 }),
  problems: [],
  members: [],
  choice: undefined,
  replacing: undefined,
  isLent: false,
  refreshing: false,
  image: { architecture: 'x86_64', virtualization: 'hvm' },
  templateType: undefined,
  drainsByAgent: false,
  endsUnhooked: false,
  leaving: [],
  demand: demandOf({}),
  catalogue: catalogueOf(OFFERED.map((type) => typeOf(type))),
  prices: pricesOf(OFFERED, 0.5),
  scores: {},
  ...given,
});

export const aRegion = (given: Partial<RegionView> = {}): RegionView => ({
  for: [aTicked.recordId],
  groups: [],
  standings: new Map(),
  coolOffs: [],
  failed: [],
  advices: new Map(),
  detached: [],
  ...given,
});

export const aChoice = (given: Partial<Choice> = {}): Choice => ({
  is: 'choice',
  region: REGION,
  group: 'prod-spot',
  own: OWN,
  types: [],
  away: [],
  from: [],
  confirmed: false,
  changedAt: undefined,
  reason: 'six pools in each zone',
  undone: undefined,
  reviewedAt: hoursAgo(1),
  demand: undefined,
  told: {},
  version: 3,
  by: 'somebody',
  expiresAt: later(NOW, 1e9),
  ...given,
});

export function hoursAgo(hours: number): Instant {
  return later(NOW, -hours * 3_600_000);
}
