import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Counted } from '../../../shared/model/ledger.ts';
import type { KnownCluster } from '../../../shared/model/records.ts';
import { at, clusterArn, NOW, REGION } from '../../given.ts';

const MINUTE = 60_000;
export const minutesAgo = (minutes: number): Instant => later(NOW, -minutes * MINUTE);

export const aKnown = (name: string, given: Partial<KnownCluster> = {}): KnownCluster => ({
  is: 'cluster',
  region: REGION,
  cluster: clusterArn(name),
  manage: 'yes',
  containerInstances: 10,
  sweptAt: NOW,
  expiresAt: at(86_400),
  ...given,
});

export const aCounted = (name: string, given: Partial<Counted> = {}): Counted => ({
  is: 'counted',
  region: REGION,
  cluster: clusterArn(name),
  to: minutesAgo(20),
  young: [],
  groups: ['prod-spot'],
  pending: [],
  version: 4,
  by: 'earlier',
  expiresAt: at(86_400),
  ...given,
});
