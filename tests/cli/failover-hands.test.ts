import { describe, expect, it } from 'vitest';
import { allTakenBack, mainsAreWhole, wholeFrom } from '../../cli/failover/promises.ts';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { AFTER_STANDBYS_SECONDS, type Promised, type Scenario } from '../../cli/scenario.ts';
import {
  byHand,
  dryPool,
  fleetIn,
  lendingCluster,
  otherPool,
  pool,
  served,
} from '../../cli/scenarios/failover/setting.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import { actByHand, type ManualAction } from '../../sim/faults/manual-actions.ts';
import type { FaultPlan } from '../../sim/faults/plan.ts';
import type { Region } from '../../sim/world/region.ts';

const SPOT = 'checkout-fargate-spot';

type Story = {
  readonly also: (account: SimulatedAccount, region: Region) => void;
  readonly rungs?: string;
  readonly faults?: FaultPlan;
  readonly promises?: readonly Promised[];
};

/** One of two instances goes, for eight minutes: half of a service's eight tasks are missing. */
function play({ also, rungs = 'fargate-spot', faults, promises = [] }: Story): Promise<Drill> {
  const scenario: Scenario = {
    name: 'hands',
    title: 'One of two instances goes, and somebody lends a hand.',
    seconds: AFTER_STANDBYS_SECONDS + 1_080,
    failover: true,
    ...(faults && { faults }),
    build(region, account) {
      const cluster = lendingCluster(region, rungs);
      fleetIn(region, cluster, pool, 1);
      fleetIn(region, cluster, otherPool, 1);
      served(region, { cluster, name: 'checkout', desired: 8 });
      dryPool(region, account, { ...pool, count: 1, backAt: 420 });
      also(account, region);
    },
    promises,
  };
  return runDrill(scenario, { seed: 1 });
}

/** A person sets the standby's count as soon as its tasks start, before a pass has seen it raised. */
const setAfterRaise = (desiredCount: number) => (account: SimulatedAccount) => {
  const { clock, endpoint, journal } = account;
  const action: ManualAction = {
    atMs: 50,
    service: 'ecs',
    region: 'eu-west-1',
    operation: 'UpdateService',
    input: () => ({ cluster: 'prod', service: SPOT, desiredCount }),
  };
  let isDone = false;
  clock.onStep(() => {
    if (isDone || !journal.entries.some(({ kind, text }) => kind === 'task-starting' && text.includes('Fargate')))
      return;
    isDone = true;
    actByHand([action], { clock, endpoint, startMs: clock.now(), happened: [] });
  });
};

/** Who gave the standby which count. */
const counts = ({ account }: Drill): readonly string[] =>
  account.journal.entries.flatMap(({ kind, text, data }) =>
    kind === 'service-scaled' ? [`${data.by === 'person' ? 'person' : 'spotkeeper'}: ${text}`] : [],
  );

/** How often failover looked at services between its own change and the person's. */
function looksBetween({ account }: Drill): number {
  const [raised, edited] = account.journal.entries.flatMap(({ kind, at }) => (kind === 'service-scaled' ? [at] : []));
  return account.endpoint.calls.entries.filter(
    ({ at, operation, caller }) =>
      operation === 'DescribeServices' &&
      caller.startsWith('spotkeeper-prod-failover') &&
      at > (raised ?? 0) &&
      at < (edited ?? 0),
  ).length;
}

/** Sentences that were told, as often as they were. */
const told = ({ installation }: Drill, what: RegExp): readonly string[] =>
  (installation?.transcript.lines ?? []).flatMap(({ fields }) => {
    const { notes = [] } = fields as { readonly notes?: readonly string[] };
    return notes.filter((note) => what.test(note));
  });

describe('a standby that somebody sets to another count before a pass has seen it raised', () => {
  it.each([0, 2, 7])('is left with %i tasks, and that is told once', async (count) => {
    const drill = await play({ also: setAfterRaise(count) });
    expect(counts(drill)).toEqual([
      `spotkeeper: ${SPOT} wants 4 tasks instead of 0`,
      `person: ${SPOT} wants ${count} tasks instead of 4`,
    ]);
    expect(looksBetween(drill)).toBe(0);
    expect(told(drill, /somebody changed it by hand/)).toEqual([
      `${SPOT} has ${count} tasks where spotkeeper wanted 4: somebody changed it by hand; it is left as it is until it has 4 again`,
    ]);
  });

  it('is not taken for one when ECS shows what was before the raise', async () => {
    const at = AFTER_STANDBYS_SECONDS * 1_000;
    const drill = await play({
      also: () => undefined,
      faults: {
        calls: [
          {
            fault: 'stale',
            operation: 'DescribeServices',
            caller: 'spotkeeper*',
            forMs: 5_000,
            fromMs: at,
            toMs: at + 120_000,
          },
        ],
      },
      promises: [allTakenBack, mainsAreWhole, wholeFrom(180)],
    });
    expect(drill.violations).toEqual([]);
    expect(told(drill, /by hand/)).toEqual([]);
  });
});

describe('a standby whose tag of the rung somebody', () => {
  it.each<[string, Pick<ManualAction, 'operation'> & { readonly with: object }]>([
    ['changes', { operation: 'TagResource', with: { tags: [{ key: 'spotkeeper:rung', value: 'fargat' }] } }],
    ['takes away', { operation: 'UntagResource', with: { tagKeys: ['spotkeeper:rung'] } }],
  ])('%s while it is lent is told once, and its tasks are taken back', async (_, { operation, with: change }) => {
    const drill = await play({
      also: (account, region) =>
        byHand(account, 200, { operation, input: () => ({ resourceArn: standbyIn(region)?.arn, ...change }) }),
      promises: [allTakenBack, mainsAreWhole, wholeFrom(180)],
    });
    expect(drill.violations).toEqual([]);
    expect(drill.verdict.lending.most).toBe(4);
    expect(counts(drill).at(-1)).toMatch(/^spotkeeper: checkout-fargate-spot wants 0 tasks/);
    expect(told(drill, /spotkeeper:rung/)).toEqual([
      expect.stringMatching(/^checkout-fargate-spot .* by its name it is used as fargate-spot/),
    ]);
    expect(told(drill, /cannot be created|deleted by somebody/)).toEqual([]);
  });
});

const standbyIn = (region: Region) =>
  [...region.parts.ecs.state.clusters.values()]
    .flatMap(({ services }) => [...services.values()])
    .find(({ name }) => name === SPOT);
