import { describe, expect, test } from 'vitest';
import type { Demand } from '../../../functions/interruption/decide/demand.ts';
import type { DoomedTask } from '../../../functions/interruption/decide/doomed-task.ts';
import { decideDrain } from '../../../functions/interruption/decide/drain.ts';
import { decidePass, type PassView } from '../../../functions/interruption/decide/pass.ts';
import { drainUnseen } from '../../../functions/interruption/decide/pass-drains.ts';
import type { Service } from '../../../shared/model/fleet.ts';
import type { Doomed, Lookout } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import {
  aContainerInstance,
  aContext,
  actionsOf,
  aDoomed,
  aPolicy,
  aService,
  aTarget,
  aTargetGroup,
  at,
  CLUSTER,
  clusterArn,
  containerInstanceArn,
  instanceId,
  recordsOf,
} from '../../given.ts';
import { aBalancedTask, aDemand, aDoomedTask, aLookout, aPassView, inCluster } from './given.ts';

const GROUP = aTargetGroup();

describe('at the notice, an instance of a cluster with services that DRAINING would cut', () => {
  type Given = { demand?: Partial<Demand>; lookouts?: readonly Lookout[]; known?: readonly Doomed[] };

  function drained(now: number, given: Given = {}, policy: Partial<Policy> = {}) {
    const { demand = {}, lookouts = [aLookout()], known = [] } = given;
    const whereabouts = new Map([[instanceId(1), inCluster()]]);
    const plan = decideDrain(
      { demands: [aDemand(1, demand)], whereabouts, known, lookouts },
      aContext(at(now), policy),
    );
    return { drains: actionsOf(plan, 'drain').length, notes: plan.notes };
  }

  test('is not drained, and the plan says why', () => {
    expect(drained(1)).toEqual({
      drains: 0,
      notes: [`1 doomed in prod held until lent tasks serve, since DRAINING would cut checkout: ${instanceId(1)}`],
    });
  });

  test('is drained when its notice comes so late that there is no time to hold it', () => {
    expect(drained(44.9).drains).toBe(0);
    expect(drained(75)).toEqual({ drains: 1, notes: [] });
    expect(drained(59.9, {}, { drainReserveSeconds: 60 }).drains).toBe(0);
    expect(drained(60, {}, { drainReserveSeconds: 60 }).drains).toBe(1);
  });

  test.each<[string, Given, Partial<Policy>]>([
    ['when it hibernates', { demand: { deadline: at(0) } }, {}],
    ['when it scales in, which can wait for ECS', { demand: { cause: 'scale-in', deadline: at(1_800) } }, {}],
    ['where the account does not hold drains', {}, { holdDrain: 'off' }],
    ['where no service would be cut', { lookouts: [aLookout({ holds: [] })] }, {}],
    ['where another cluster is meant', { lookouts: [aLookout({ cluster: clusterArn('test') })] }, {}],
    ['where failover knows nothing, or the table cannot be read', { lookouts: [] }, {}],
  ])('is drained at once %s', (_, given, policy) => {
    expect(drained(1, given, policy)).toEqual({ drains: 1, notes: [] });
  });

  test('that is held costs no call when its notice comes again, until its time is up', () => {
    expect(drained(20, { known: [aDoomed()] })).toEqual({ drains: 0, notes: [] });
    expect(drained(80, { known: [aDoomed()] }).drains).toBe(1);
    expect(drained(80, { known: [aDoomed({ drainedAt: at(75) })] }).drains).toBe(0);
    expect(drained(80, { known: [aDoomed()], lookouts: [] }).drains).toBe(0);
  });
});

/** Four are wanted of a service that DRAINING may halve; two of them are on the doomed instance, which is ACTIVE. */
const CUT = aService({ desired: 4, running: 4, minimumHealthyPercent: 50 });
const lent = (running: number, desired = 2) => ({ running, desired, targetGroups: [] });
const onIt = (changes: Partial<DoomedTask> = {}): Pick<PassView, 'tasks'> => ({
  tasks: [1, 2].map((n) => aDoomedTask({ service: CUT, doomed: aDoomed(), ...changes }, n)),
});

function passed(now: number, view: Partial<PassView> = {}, policy: Partial<Policy> = {}) {
  const seen = aPassView({
    doomed: [aDoomed()],
    instances: new Map([[containerInstanceArn(), aContainerInstance({ status: 'ACTIVE', tasks: 2 })]]),
    ...onIt({ lent: lent(0) }),
    tasksOn: new Map(),
    lookout: aLookout(),
    policy: aPolicy(policy),
    ...view,
  });
  const { plan, passed: left } = decidePass(seen, aContext(at(now)));
  const [drain] = actionsOf(plan, 'drain');
  return { because: drain?.because, plan, next: left.next, leaving: actionsOf(plan, 'deregister') };
}

describe('a pass over an instance that is held', () => {
  test('looks again every five seconds, and exactly when its time is up', () => {
    expect(passed(2)).toMatchObject({ because: undefined, next: at(7) });
    expect(passed(13)).toMatchObject({ because: undefined, next: at(15) });
    expect(passed(72)).toMatchObject({ because: undefined, next: at(75) });
  });

  test('drains it as soon as lent tasks serve', () => {
    expect(passed(20, onIt({ lent: lent(1) })).because).toBeUndefined();
    expect(passed(20, onIt({ lent: lent(2) })).because).toBe('lent tasks serve');
  });

  test('counts healthy targets, of lent tasks too, where there is a load balancer', () => {
    const service = { ...CUT, targetGroups: [GROUP.arn] };
    const view = (healthy: number) => ({
      ...onIt({ service, lent: lent(2) }),
      healthyElsewhere: new Map([[GROUP.arn, healthy]]),
    });
    expect(passed(20, view(3)).because).toBeUndefined();
    expect(passed(20, view(4)).because).toBe('lent tasks serve');
  });

  test('counts healthy targets in a group that only lent tasks have', () => {
    const service = { ...CUT, targetGroups: [GROUP.arn] };
    const view = (healthy: number) => ({
      ...onIt({ service, lent: { running: 2, desired: 2, targetGroups: ['ip-group'] } }),
      healthyElsewhere: new Map([
        [GROUP.arn, 2],
        ['ip-group', healthy],
      ]),
    });
    expect(passed(20, view(1)).because).toBeUndefined();
    expect(passed(20, view(2)).because).toBe('lent tasks serve');
  });

  test('drains it at the latest 45 s before the deadline, or what the policy says', () => {
    expect(passed(74.9).because).toBeUndefined();
    expect(passed(75).because).toBe('held as long as the deadline allows');
    expect(passed(59.9, {}, { drainReserveSeconds: 60 }).because).toBeUndefined();
    expect(passed(60, {}, { drainReserveSeconds: 60 }).because).toBe('held as long as the deadline allows');
  });

  test('drains it before the first of its tasks must be stopped: ECS could start that again right there', () => {
    const slow = onIt({ stopSeconds: 90, lent: lent(0) });
    expect(passed(24, slow).because).toBeUndefined();
    expect(passed(25, slow).because).toBe('held as long as the deadline allows');
  });

  test.each<[string, Partial<Service>]>([
    ['has a minimum of 100 %', { minimumHealthyPercent: 100 }],
    ['has a minimum that rounds up to all of its tasks', { desired: 2, minimumHealthyPercent: 75 }],
    ['wants no tasks', { desired: 0 }],
    ['is a daemon', { daemon: true }],
    ['is none of those that failover named', { name: 'worker' }],
  ])('drains it at once when the service on it %s', (_, service) => {
    const view = onIt({ service: { ...CUT, ...service } });
    expect(passed(2, view).because).toBe('nothing on it would be cut');
  });

  test('drains it at once when it runs no service', () => {
    expect(passed(2, { tasks: [] }).because).toBe('nothing on it would be cut');
    expect(passed(2, { tasks: [aDoomedTask({ service: undefined })] }).because).toBe('nothing on it would be cut');
  });

  test('drains it when failover was there since the notice and lent nothing for 15 s', () => {
    const none = onIt({ lent: lent(0, 0) });
    expect(passed(14.9, none).because).toBeUndefined();
    expect(passed(15, none).because).toBe('nothing is lent for it');
    expect(passed(15, { ...none, lookout: aLookout({ scannedAt: at(-60) }) }).because).toBeUndefined();
  });

  test('drains it at once where its cluster does not hold drains, or failover has forgotten it', () => {
    expect(passed(2, {}, { holdDrain: 'off' }).because).toBe('about to go, and not DRAINING yet');
    expect(passed(2, { lookout: undefined }).because).toBe('about to go, and not DRAINING yet');
  });

  test('drains it at once when somebody set it ACTIVE again', () => {
    const doomed = [aDoomed({ drainedAt: at(1) })];
    expect(passed(5, { doomed }).because).toBe('set ACTIVE again though about to go');
  });

  test('leaves a DRAINING that somebody else set as it is', () => {
    const instances = new Map([[containerInstanceArn(), aContainerInstance({ status: 'DRAINING', tasks: 2 })]]);
    const { because, plan } = passed(5, { instances });
    expect(because).toBeUndefined();
    expect(recordsOf(plan)).toMatchObject([{ is: 'doomed', drainedAt: at(5) }]);
  });

  test('keeps its targets behind an application load balancer, not behind a network load balancer', () => {
    const leaving = (network: boolean) => {
      const group = aTargetGroup({ network, deregistrationDelaySeconds: 60 });
      const service = { ...CUT, targetGroups: [group.arn] };
      const tasks = [aBalancedTask({ group, service, target: aTarget(), lent: lent(0) })];
      return passed(30, { tasks, healthyElsewhere: new Map([[group.arn, 2]]) }).leaving.length;
    };
    expect(leaving(false)).toBe(0);
    expect(leaving(true)).toBe(1);
  });
});

describe('in observe mode, in which nothing is lent', () => {
  const observed = (now: number, doomed: Partial<Doomed> = {}) =>
    passed(now, { ...onIt({ lent: lent(0, 0) }), doomed: [aDoomed(doomed)] }, { mode: 'observe' });

  test('the drain is told when the hold would have ended, and then not again', () => {
    const held = observed(30);
    expect(held.because).toBeUndefined();
    expect(recordsOf(held.plan)).toEqual([]);
    const over = observed(75);
    expect(over.because).toBe('held as long as the deadline allows');
    expect(recordsOf(over.plan)).toMatchObject([{ drainedAt: at(75) }]);
    expect(observed(80, { drainedAt: at(75) }).because).toBeUndefined();
  });
});

test('when a pass cannot see its cluster, what is held there is drained', () => {
  const waiting = Array.from({ length: 12 }, (_, n) => aDoomed({}, n));
  const failed = { for: ['wake-up'], error: 'the pass failed', cluster: CLUSTER, waiting };
  const drains = drainUnseen(failed, aContext(at(7)));
  expect(drains).toMatchObject([
    { do: 'drain', because: 'its cluster cannot be read', cluster: CLUSTER, for: ['wake-up'] },
    { do: 'drain' },
  ]);
});
