import { detach, markDetached, reattach, terminateDetached } from '../../shared/aws/detached-instances.ts';
import { type DrainPorts, drain } from '../../shared/aws/drain.ts';
import { listDraining } from '../../shared/aws/ecs-container-instances.ts';
import { launchReplacement, lowerDesired, terminateMember } from '../../shared/aws/group-changes.ts';
import { makeMailbox } from '../../shared/aws/mailbox.ts';
import { setOverrides } from '../../shared/aws/overrides.ts';
import { makeOwnTable } from '../../shared/aws/own-ports.ts';
import { Pacer } from '../../shared/aws/pace.ts';
import type { MakePorts, Process } from '../../shared/aws/process.ts';
import { makeRebalanceClients, type RebalanceClients } from '../../shared/aws/rebalance-clients.ts';
import { remembered } from '../../shared/aws/remembered.ts';
import { distrustPlaces } from '../../shared/aws/shared-records.ts';
import { putRecords, type TablePorts } from '../../shared/aws/table.ts';
import { type Ending, writeOutcome } from '../../shared/aws/write-outcome.ts';
import type { Log, Ports } from '../../shared/flow.ts';
import type { Pool } from '../../shared/model/fleet.ts';
import { later } from '../../shared/model/instant.ts';
import type { CoolOff } from '../../shared/model/records.ts';
import type { Outcome } from '../../shared/plan/action.ts';
import type { LaunchReplacement, LowerDesired, RebalanceAction } from '../../shared/plan/rebalance-action.ts';
import type { Acts } from './acts.ts';
import { makeReader, type RegionalReader } from './ports/regional-reader.ts';
import type { Reader } from './reader.ts';

/** Longer than a replacement is open. */
const ANSWERED_MS = 7 * 24 * 3_600_000;
/** All throttled drains of a cluster share one read. */
const DRAINING_MS = 4_000;

/**
 * What the rebalance function may read and do, each verb one adapter.
 * @throws Error when SPOTKEEPER_TABLE, SPOTKEEPER_RECOMMENDATION_QUEUE_URL or AWS_REGION is missing
 */
export const makePorts: MakePorts<Reader, Acts> = (made): Ports<Reader, Acts> => {
  const { runtime, clientConfig } = made;
  const pacer = new Pacer(runtime);
  const { table, commit, act } = makeOwnTable(made);
  const regions = new Map<string, Regional>();
  const regional = (region: string): Regional => {
    const known = regions.get(region);
    if (known) return known;
    const clients = makeRebalanceClients(region, { edge: runtime, pacer, clientConfig });
    const fresh = makeRegional(region, clients, { table, log: runtime.log });
    regions.set(region, fresh);
    return fresh;
  };
  const { remember, forget } = act;
  return {
    read: (region) => regional(region).reader,
    commit,
    act: { remember, forget, ...writes(regional, made, table) },
    mailbox: makeMailbox(made, 'SPOTKEEPER_RECOMMENDATION_QUEUE_URL'),
  };
};

type Regional = RegionalReader & {
  readonly clients: RebalanceClients;
  readonly draining: DrainPorts['draining'];
};

function makeRegional(
  region: string,
  clients: RebalanceClients,
  { table, log }: { readonly table: TablePorts; readonly log: Log },
): Regional {
  const draining = remembered((cluster) => listDraining(clients.ecs, cluster), { now: table.now, forMs: DRAINING_MS });
  return { clients, draining, ...makeReader(region, clients, { table, log }) };
}

type Writes = Ports<Reader, Exclude<Acts, 'remember' | 'forget'>>['act'];

function writes(regional: (region: string) => Regional, { runtime, policy }: Process, table: TablePorts): Writes {
  const clients = ({ region }: RebalanceAction) => regional(region).clients;
  /** Whatever became of the call: what was read of the groups before it no longer counts. */
  const onGroup = async (action: RebalanceAction, perform: () => Promise<Ending>): Promise<Outcome> => {
    const outcome = await writeOutcome(action, action.group, perform);
    regional(action.region).groupsChanged();
    return outcome;
  };
  const coolOff = (region: string, pools: readonly Pool[]): Promise<void> => {
    const noticedAt = runtime.now();
    const expiresAt = later(noticedAt, policy.coolOffMinutes * 60_000);
    return putRecords(
      table,
      pools.map((pool): CoolOff => ({ is: 'cool-off', region, pool, noticedAt, expiresAt })),
    );
  };
  const answered = (
    { region, group, token: call }: LaunchReplacement | LowerDesired,
    instances: readonly string[],
  ): Promise<void> => {
    const expiresAt = later(runtime.now(), ANSWERED_MS);
    return putRecords(table, [{ is: 'answer', region, group, call, instances, expiresAt }]);
  };
  return {
    'set-overrides': (action) => onGroup(action, () => setOverrides(clients(action).autoscaling, action)),
    'launch-replacement': (action) =>
      onGroup(action, () =>
        launchReplacement(clients(action).autoscaling, action, {
          dry: (pools) => coolOff(action.region, pools),
          launched: (instances) => answered(action, instances),
        }),
      ),
    'mark-detached': (action) => onGroup(action, () => markDetached(clients(action).ec2, action, runtime.now())),
    detach: (action) => onGroup(action, () => detach(clients(action), action)),
    reattach: (action) => onGroup(action, () => reattach(clients(action), action)),
    terminate: (action) =>
      onGroup(action, () =>
        action.from === 'group'
          ? terminateMember(clients(action).autoscaling, action)
          : terminateDetached(clients(action), action),
      ),
    'lower-desired': (action) =>
      onGroup(action, async () => {
        const ending = await lowerDesired(clients(action).autoscaling, action);
        if (ending === 'done' || ending === 'already') await answered(action, []);
        return ending;
      }),
    drain: async (action) => {
      const { clients, draining, hostsChanged } = regional(action.region);
      const outcome = await drain(action, {
        ...runtime,
        ecsUnretried: clients.ecsUnretried,
        draining,
        distrust: (region, cluster, instances) => distrustPlaces(table, { region, cluster }, instances),
      });
      hostsChanged(action.cluster);
      return outcome;
    },
  };
}
