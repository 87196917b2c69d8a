import { lendingPartition, raisedPartition } from '../../shared/aws/record-keys.ts';
import type { Lending, Raised } from '../../shared/model/records.ts';
import type { Cluster, EcsService } from '../../sim/ecs/model.ts';
import { recordsUnder } from '../records.ts';
import { REGION } from '../scenario.ts';
import type { Seed } from './seed.ts';

/** What spotkeeper's table says of the lending to a service; undefined: nothing. */
export const lendingOf = (seed: Seed, { name, cluster }: EcsService): Lending | undefined =>
  lendingsIn(seed, cluster).find(({ service }) => service === name);

/** What it says of all services of a cluster. */
export const lendingsIn = (seed: Seed, { arn }: Cluster): readonly Lending[] =>
  recordsUnder<Lending>(seed.dynamodb, query(seed), lendingPartition({ region: REGION, cluster: arn }));

/** What it says of On-Demand bases in a cluster. */
export const raisedIn = (seed: Seed, { arn }: Cluster): readonly Raised[] =>
  recordsUnder<Raised>(seed.dynamodb, query(seed), raisedPartition({ region: REGION, cluster: arn }));

const query = ({ account }: Seed) => ({
  tableName: 'Table',
  call: { account: account.account, region: REGION, caller: 'checker', at: account.clock.now() },
});
