import { derivedFamily } from '../../../shared/core/derived-family.ts';
import { each } from '../../../shared/core/each.ts';
import { standbyName } from '../../../shared/core/standby-name.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Counted, Ran, RanAsked } from '../../../shared/model/ledger.ts';
import { standbyRungs } from '../../../shared/model/lending.ts';
import { poolKey } from '../../../shared/model/offerings.ts';
import type { KnownCluster } from '../../../shared/model/records.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import { askedBy } from '../decide/asked.ts';
import type { LedgerView, Reading } from '../decide/ledger.ts';
import type { PricesAsked, Reader } from '../reader.ts';

const MINUTE_MS = 60_000;
/** ECS and EC2 show what ended for an hour; some of it is left for a reading that fails and is repeated. */
const SHOWN_MS = 55 * MINUTE_MS;
/** Storms need the calls of a reading more than it does, but not for so long that something would be lost. */
const LATEST_MS = 40 * MINUTE_MS;
/** An instance that was launched before its reading, and was not seen by the one before, is counted from its launch. */
const YOUNG_MS = 70 * MINUTE_MS;
/** A tick reads so many clusters, or so many container instances: some 300 calls, a quarter of what ECS allows. */
const MOST_CLUSTERS = 20;
const MOST_INSTANCES = 500;
/** With ten tasks on each, the reading of so many takes most of a minute at a quarter of what ECS allows. */
const PER_MINUTE = 1_000;

/** Reads what ran in the clusters whose turn it is, and what it costs. */
export async function observeLedger(
  read: Reader,
  events: readonly AcceptedEvent[],
  context: Context,
): Promise<LedgerView> {
  const [clusters, counted] = await Promise.all([read.clusters(), read.counted()]);
  const asked = askedBy(events, 'ledger');
  // Most minutes nothing is due: a query of each minute costs a cent a month.
  const isAnyDue = dueClusters({ clusters, counted, doomed: new Set() }, context).length > 0;
  const watches = isAnyDue ? await read.watches() : [];
  const due = dueClusters({ clusters, counted, doomed: new Set(watches.map(({ cluster }) => cluster)) }, context);
  const { views, failures } = await each(
    due,
    (one) => readingOf(read, one, context.now),
    ({ cluster }, error) => ({ for: asked.for, error: `the reading of what ran in ${cluster} failed: ${error}` }),
  );
  return { ...asked, readings: views, failures };
}

/** A cluster to read, and how far it is read. */
type Due = { readonly cluster: string; readonly counted: Counted | undefined };

type Known = {
  readonly clusters: readonly KnownCluster[];
  readonly counted: readonly Counted[];
  /** ARNs of those with doomed instances. */
  readonly doomed: ReadonlySet<string>;
};

/** Those that were read longest ago first. A new one is not more urgent than one that is just due. */
export function dueClusters({ clusters, counted, doomed }: Known, { now, policy }: Pick<Context, 'now' | 'policy'>) {
  const known = new Map(counted.map((one) => [one.cluster, one]));
  const due = clusters
    .filter(({ manage }) => manage !== 'foreign')
    .map(({ cluster, containerInstances }) => {
      const before = known.get(cluster);
      const age = before === undefined ? policy.ledgerMinutes * MINUTE_MS : now - before.to;
      return { cluster, containerInstances, counted: before, age };
    })
    .filter(({ age }) => age >= policy.ledgerMinutes * MINUTE_MS)
    .filter(({ cluster, age }) => age >= LATEST_MS || !doomed.has(cluster))
    .filter(({ counted: before }) => before === undefined || before.to < endOf(now))
    .filter(({ age, containerInstances }) => isTurn(age - policy.ledgerMinutes * MINUTE_MS, containerInstances))
    .sort((a, b) => b.age - a.age || (a.cluster < b.cluster ? -1 : 1))
    .slice(0, MOST_CLUSTERS);
  let instances = 0;
  return due.filter(({ containerInstances }, index) => {
    instances += containerInstances;
    return index === 0 || instances <= MOST_INSTANCES;
  });
}

/** The ticks of the minutes that a reading takes must not read the same again: together they would take all of the bucket. */
const isTurn = (overdueMs: number, instances: number): boolean =>
  Math.floor(overdueMs / MINUTE_MS) % Math.max(1, Math.ceil(instances / PER_MINUTE)) === 0;

/** What ECS lists late is seen by then. */
const endOf = (now: Instant): Instant => instant(Math.floor((now - MINUTE_MS) / MINUTE_MS) * MINUTE_MS);

async function readingOf(read: Reader, { cluster, counted }: Due, now: Instant): Promise<Reading> {
  const to = endOf(now);
  const wanted = counted?.to ?? later(to, -MINUTE_MS);
  const seen = instant(Math.ceil((now - SHOWN_MS) / MINUTE_MS) * MINUTE_MS);
  const from = instant(Math.max(wanted, seen));
  const owners = await ownersIn(read, cluster);
  const ran = await read.ran({ cluster, from, to, groups: counted?.groups ?? [], ...owners });
  const prices = await read.prices(pricesFor(ran, { from, to }));
  return { cluster, counted, from, to, gapMs: from - wanted, ran, prices };
}

/**
 * Whose standbys they are, by the standby's name (a service that is only named like one is somebody's own), and whose
 * trial tasks, by their family.
 */
async function ownersIn(read: Reader, cluster: string): Promise<Pick<RanAsked, 'lent' | 'proves'>> {
  const [prepared, lendings] = await Promise.all([read.prepared(cluster), read.lendings(cluster)]);
  const seen = prepared.flatMap(({ service, standbys }) =>
    Object.values(standbys).map((arn) => [shortName(arn), service] as const),
  );
  // A standby that was made since is known by what it was asked for.
  const asked = lendings.flatMap(({ service, rungs }) =>
    standbyRungs.flatMap((rung) => (rungs[rung] ? [[standbyName(service, rung), service] as const] : [])),
  );
  return {
    lent: new Map([...seen, ...asked]),
    proves: new Map(prepared.map(({ service }) => [derivedFamily(cluster, service), service])),
  };
}

function pricesFor({ instances, tasks }: Ran, { from, to }: { from: Instant; to: Instant }): PricesAsked {
  // Prices are asked for Linux alone.
  const linux = instances.filter(({ platform }) => platform === undefined);
  const spot = new Map(linux.filter((one) => one.spot).map(({ pool }) => [poolKey(pool), pool]));
  const launches = linux.map(({ launchedAt }) => launchedAt).filter((at) => at > later(from, -YOUNG_MS));
  return {
    pools: [...spot.values()],
    types: [...new Set(linux.map(({ pool }) => pool.type))].sort(),
    fargate: tasks.length > 0,
    from: instant(Math.min(from, ...launches)),
    to,
  };
}
