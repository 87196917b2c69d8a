import {
  countedPartition,
  incidentPartition,
  ledgerPartition,
  outboxPartition,
  replacingPartition,
} from '../../../shared/aws/record-keys.ts';
import type { Incident, Outbox } from '../../../shared/model/incident.ts';
import type { Counted, LedgerEntry } from '../../../shared/model/ledger.ts';
import type { Replacing } from '../../../shared/model/rebalance-records.ts';
import type { StoredRecord } from '../../../shared/model/records.ts';
import { recordsUnder } from '../../records.ts';
import { REGION } from '../../scenario.ts';
import { observes, type Seed } from '../seed.ts';

const under = <T extends StoredRecord>({ account, dynamodb }: Seed, pk: string): readonly T[] => {
  const call = { account: account.account, region: REGION, caller: 'checker', at: account.clock.now() };
  return recordsUnder<T>(dynamodb, { tableName: 'Table', call }, pk);
};

/** Observe mode keeps its plans' records apart; what ran is the same in both. */
const prefix = (seed: Seed): string => (observes(seed) ? 'observe ' : '');

export const replacingIn = (seed: Seed) => under<Replacing>(seed, `${prefix(seed)}${replacingPartition(REGION)}`);

export const countedIn = (seed: Seed) => under<Counted>(seed, countedPartition(REGION));

export const incidentsIn = (seed: Seed) => under<Incident>(seed, `${prefix(seed)}${incidentPartition(REGION)}`);

export const outboxIn = (seed: Seed) => under<Outbox>(seed, `${prefix(seed)}${outboxPartition(REGION)}`);

/** Of the day on which seeds are played. */
export const ledgerIn = (seed: Seed) => under<LedgerEntry>(seed, ledgerPartition(REGION, seed.startMs));
