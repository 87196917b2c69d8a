import type { Incident, Outbox, Reported } from '../../shared/model/incident.ts';
import type { Instant } from '../../shared/model/instant.ts';
import type { Counted, LedgerEntry, PriceBook, Ran, RanAsked } from '../../shared/model/ledger.ts';
import type { Choice, Standing } from '../../shared/model/rebalance-records.ts';
import type {
  CoolOff,
  Doomed,
  Interruption,
  KnownCluster,
  Lending,
  Lookout,
  Prepared,
  Watch,
} from '../../shared/model/records.ts';

/** spotkeeper's own table, of one region. */
export type ReportTable = {
  clusters(): Promise<readonly KnownCluster[]>;
  counted(): Promise<readonly Counted[]>;
  /** Entries of the hours that begin from `from` to before `to`, all clusters. */
  ledger(from: Instant, to: Instant): Promise<readonly LedgerEntry[]>;
  /** Interruptions that were noticed in this time. */
  interruptions(from: Instant, to: Instant): Promise<readonly Interruption[]>;
  /** Clusters with doomed instances have one. */
  watches(): Promise<readonly Watch[]>;
  doomed(cluster: string): Promise<readonly Doomed[]>;
  lookouts(): Promise<readonly Lookout[]>;
  lendings(cluster: string): Promise<readonly Lending[]>;
  prepared(cluster: string): Promise<readonly Prepared[]>;
  coolOffs(): Promise<readonly CoolOff[]>;
  standings(): Promise<readonly Standing[]>;
  choices(): Promise<readonly Choice[]>;
  /** Those that are open, and those that were over lately: they are not filed yet. */
  recentIncidents(): Promise<readonly Incident[]>;
  /** Those that were open at or after `from`. */
  incidents(from: Instant): Promise<readonly Incident[]>;
};

/** All that this function may read of one region. */
export type Reader = ReportTable & {
  /** The same table, of another region. */
  tableOf(region: string): ReportTable;
  outbox(): Promise<readonly Outbox[]>;
  reported(): Promise<readonly Reported[]>;
  /** Does a parameter with a webhook or a token stand in the settings? Without one nothing is posted. */
  readonly hasSlack: boolean;
  /**
   * What ran in a cluster at any time from `from` to `to`, an hour at most before now: ECS and EC2 show what ended for
   * about an hour. `groups`: Auto Scaling groups that are known to be the cluster's.
   * `lent`: who borrowed from standbys, the main service by the standby's name. `proves`: the main service by the family
   * of its Fargate revisions, whose trial tasks are its own.
   */
  ran(asked: RanAsked): Promise<Ran>;
  /** What these things cost in that time. */
  prices(asked: PricesAsked): Promise<PriceBook>;
};

export type PricesAsked = {
  /** Pools of Spot instances. */
  readonly pools: readonly { readonly type: string; readonly zone: string }[];
  /** Types for which the On-Demand price is asked. */
  readonly types: readonly string[];
  readonly fargate: boolean;
  readonly from: Instant;
  readonly to: Instant;
};
