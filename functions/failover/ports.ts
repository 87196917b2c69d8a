import { associateProviders } from '../../shared/aws/capacity-providers.ts';
import { stopTask } from '../../shared/aws/ecs-tasks.ts';
import { type FailoverClients, makeFailoverClients } from '../../shared/aws/failover-clients.ts';
import { setOnDemandBase } from '../../shared/aws/on-demand-base.ts';
import { outcomeOf } from '../../shared/aws/outcome.ts';
import { makeOwnPorts } from '../../shared/aws/own-ports.ts';
import { Pacer } from '../../shared/aws/pace.ts';
import type { MakePorts } from '../../shared/aws/process.ts';
import { createStandby, followMain, removeStandby, runProof, setDesired } from '../../shared/aws/standbys.ts';
import { registerTaskDefinition } from '../../shared/aws/task-definitions.ts';
import { type Ending, writeOutcome } from '../../shared/aws/write-outcome.ts';
import type { Ports } from '../../shared/flow.ts';
import { shortName } from '../../shared/model/arn.ts';
import type { Outcome } from '../../shared/plan/action.ts';
import type { Lend, LendingAction, TakeBack } from '../../shared/plan/lending-action.ts';
import type { acts } from './acts.ts';
import { makeRefusals, type Refusals } from './ports/refusals.ts';
import { makeReader, type RegionalReader } from './ports/regional-reader.ts';
import type { Reader } from './reader.ts';

type Acts = (typeof acts)[number];

/**
 * What the failover function may read and do, each verb one adapter.
 * @throws Error when SPOTKEEPER_TABLE, SPOTKEEPER_WAKE_UP_QUEUE_URL or AWS_REGION is missing
 */
export const makePorts: MakePorts<Reader, Acts> = (made): Ports<Reader, Acts> => {
  const { runtime, clientConfig } = made;
  const pacer = new Pacer(runtime);
  const own = makeOwnPorts(made);
  const regions = new Map<string, Regional>();
  const regional = (region: string): Regional => {
    const known = regions.get(region);
    if (known) return known;
    const clients = makeFailoverClients(region, { edge: runtime, pacer, clientConfig });
    const fresh = { clients, ...makeReader(region, clients, { table: own.table, log: runtime.log }) };
    regions.set(region, fresh);
    return fresh;
  };
  return {
    read: (region) => regional(region).reader,
    commit: own.commit,
    act: { ...own.act, ...writes(regional, makeRefusals(own.table)) },
  };
};

type Regional = RegionalReader & { readonly clients: FailoverClients };

type Writes = Ports<Reader, Exclude<Acts, 'wake' | 'remember' | 'forget'>>['act'];

function writes(regional: (region: string) => Regional, refusals: Refusals): Writes {
  const ecs = (region: string) => regional(region).clients.ecs;
  const setCount = (action: Lend | TakeBack) =>
    onService(action, { cluster: action.cluster, name: action.standby }, () => setDesired(ecs(action.region), action));
  /** Whatever became of the call: what was read of the cluster before it no longer counts. */
  const onService = async (
    action: LendingAction,
    { cluster, name }: { readonly cluster: string; readonly name: string },
    perform: () => Promise<Ending>,
  ): Promise<Outcome> => {
    const outcome = await writeOutcome(action, `${name} in ${shortName(cluster)}`, perform);
    regional(action.region).changed(cluster);
    return outcome;
  };
  return {
    lend: setCount,
    'take-back': setCount,
    register: async (action) => {
      const outcome = await writeOutcome(action, `${action.definition.family} of ${action.main}`, () =>
        registerTaskDefinition(ecs(action.region), action),
      );
      await refusals.ofRevision(action, outcome);
      return outcome;
    },
    'create-standby': async (action) => {
      const outcome = await onService(action, action.spec, () => createStandby(ecs(action.region), action));
      await refusals.ofStandby(action, outcome);
      return outcome;
    },
    follow: (action) => onService(action, action.spec, () => followMain(ecs(action.region), action)),
    'remove-standby': (action) =>
      onService(action, { cluster: action.cluster, name: action.standby }, () =>
        removeStandby(ecs(action.region), action),
      ),
    associate: (action) =>
      writeOutcome(action, shortName(action.cluster), () => associateProviders(ecs(action.region), action)),
    'set-base': (action) =>
      writeOutcome(action, action.group, () => setOnDemandBase(regional(action.region).clients.autoscaling, action)),
    prove: (action) =>
      writeOutcome(action, `proof of ${shortName(action.spec.definition)}`, () => runProof(ecs(action.region), action)),
    stop: (action) => outcomeOf(action, () => stopTask(ecs(action.region), action)),
  };
}
