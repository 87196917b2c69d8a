import { budgetOf } from '../../../functions/failover/decide/limits.ts';
import type { Need } from '../../../functions/failover/decide/need.ts';
import { type RungNow, rungNow } from '../../../functions/failover/decide/rungs.ts';
import { decideService } from '../../../functions/failover/decide/service.ts';
import type { ServiceGiven } from '../../../functions/failover/decide/service-given.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import type { Lending } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import { at } from '../../given.ts';
import { aMain, aNeed, aStandby, aView, ladderOf, lendingContext, lends } from './given.ts';

export type Case = Partial<Omit<ServiceGiven, 'need' | 'ladder'>> & {
  readonly need?: Need;
  readonly main?: Partial<ServiceDetail>;
  readonly policy?: Partial<Policy>;
  /** Desired counts of the standbys, and how many of those run; all do where nothing is said. */
  readonly spot?: readonly [desired: number, running?: number];
  readonly fargate?: readonly [desired: number, running?: number];
  readonly seconds?: number;
};

const standby = (rung: 'fargate-spot' | 'fargate', [desired, running = desired]: readonly [number, number?]) =>
  aStandby(rung, { desired, running });

/** What is decided of one service, so many seconds from NOW; its rungs stand as the record and the standbys say. */
export function decided(given: Case) {
  const { main, policy, spot = [0], fargate = [0], seconds = 0, need = aNeed(), before, ...rest } = given;
  const services = [aMain(main), standby('fargate-spot', spot), standby('fargate', fargate)];
  const context = lendingContext(at(seconds), policy);
  const view = aView({ services, policy: lends(policy) });
  const ladder = ladderOf(services, view.policy);
  const rungs = services.slice(1).map((one, n): RungNow => {
    const rung = n === 0 ? 'fargate-spot' : 'fargate';
    const look = {
      now: context.now,
      observes: context.policy.mode === 'observe',
      rungSeconds: 75,
      refused: undefined,
      failed: undefined,
      undone: false,
    };
    return rungNow({ rung, standby: one, state: before?.rungs[rung] }, look);
  });
  const all: ServiceGiven = {
    ladder,
    need,
    rungs,
    before,
    told: undefined,
    noticeInCluster: false,
    noticeOpen: false,
    deadline: undefined,
    swapping: false,
    healthy: undefined,
    obstacle: undefined,
    for: ['tick'],
    ...rest,
  };
  const decision = decideService(all, budgetOf(view, context), context);
  const changes = decision.actions.flatMap((action) =>
    action.do === 'lend' || action.do === 'take-back'
      ? [`${action.do} ${action.rung} ${action.from} -> ${action.desired}`]
      : [],
  );
  const because = decision.actions.map((action) => action.because);
  return { ...decision, changes, because };
}

/** The record that a decision leaves, or the one before it. */
export const recordAfter = (given: Case): Lending => {
  const { next } = decided(given);
  const record = next ?? given.before;
  if (record === undefined) throw new Error('there is no record');
  return record;
};
