import { doomedPartition } from '../../shared/aws/record-keys.ts';
import type { Doomed, Interruption } from '../../shared/model/records.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';
import { isHandsOff } from '../hands-off.ts';
import { interruptionRecords, recordsUnder } from '../records.ts';
import { REGION } from '../scenario.ts';
import { observes, type Seed } from './seed.ts';

/** What the table says agrees with what happened, and is final: one record for each instance that EC2 took. */
export function checkRecords(seed: Seed): void {
  const { account, region, dynamodb, startMs, violated } = seed;
  const call = { account: account.account, region: REGION, caller: 'checker', at: account.clock.now() };
  const query = { tableName: 'Table', call };
  const prefix = observes(seed) ? 'observe ' : '';
  for (const { arn } of region.parts.ecs.state.clusters.values()) {
    const open = recordsUnder<Doomed>(dynamodb, query, `${prefix}${doomedPartition(REGION, arn)}`).filter(
      ({ closedAt }) => closedAt === undefined,
    );
    for (const { instanceId, cause } of open) violated(`the record of ${instanceId} (${cause}) was never closed`);
  }
  if (observes(seed)) return;
  const told = interruptionRecords(dynamodb, { ...query, from: startMs, to: call.at });
  const counts = new Map<string, number>();
  for (const { instanceId, cause } of told) {
    // A scale-in whose time was up may be followed by a Spot notice: two ends were announced, each has its record.
    const key = `${instanceId}${cause === 'spot' || cause === 'missed' ? '' : ` for ${cause}`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of counts) if (count > 1) violated(`the table has ${count} records of ${key}`);
  const happened = new Set(account.journal.entries.map(({ kind, subject }) => `${kind} ${subject}`));
  for (const { instanceId, cause } of told) {
    if (!happened.has(`${CAUSES[cause]} ${instanceId}`))
      violated(`the table says that ${instanceId} ended by ${cause}, for which nothing stands`);
  }
  const recorded = new Set(told.map(({ instanceId }) => instanceId));
  for (const { instanceId, cluster, noticedAt, reclaimedAt } of account.tally().interrupted.values()) {
    const place = region.parts.ecs.state.clusters.get(cluster ?? '');
    if (!place || isHandsOff(place) || noticedAt === undefined || reclaimedAt === undefined) continue;
    const host = [...place.instances.values()].find(({ ec2InstanceId }) => ec2InstanceId === instanceId);
    if (!host || host.registeredAt > reclaimedAt - REGISTERED_MS || recorded.has(instanceId)) continue;
    violated(`the table has no record of ${instanceId}, which EC2 took from ${cluster}`);
  }
}

/** What must have happened for an interruption to be recorded with a cause. */
const CAUSES: Readonly<Record<Interruption['cause'], JournalEntry['kind']>> = {
  spot: 'notice',
  'scale-in': 'hook-opened',
  maintenance: 'maintenance-scheduled',
  missed: 'instance-reclaimed',
};

/** Who registers later than this before its end may be gone when it is looked for. */
const REGISTERED_MS = 15_000;
