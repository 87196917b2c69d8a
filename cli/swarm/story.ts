import type { SimulatedAccount } from '../../sim/account.ts';
import type { Region } from '../../sim/world/region.ts';
import * as person from './changes-by-hand.ts';
import { Draw } from './draw.ts';
import * as aws from './happenings.ts';
import * as lending from './lending-happenings.ts';
import { ByHand } from './person.ts';
import type { Phases } from './phases.ts';
import type { Happening } from './stage.ts';

/** Where a story is told. */
type Place = { readonly region: Region; readonly account: SimulatedAccount };

/**
 * Puts on the clock what happens in a seed. @param failover does it happen to lent tasks, too?
 * @returns what a person did by hand, and what came of it; it grows
 */
export function tellStory(
  seed: number,
  { region, account }: Place,
  { phases, failover }: { readonly phases: Phases; readonly failover: boolean },
): ByHand['happened'] {
  const draw = new Draw(seed, 'story');
  const byHand = new ByHand(account);
  const stage = { draw, region, account, phases, person: byHand };
  const count = draw.whole('happenings', 3, failover ? 12 : 9);
  for (let n = 0; n < count; n += 1) {
    const atMs = draw.whole('at', phases.safetyMs, phases.calmMs - 1);
    const happening = draw.pick('kind', failover ? withLending : happenings);
    account.clock.after(atMs, () => happening(stage));
  }
  if (draw.chance('market', 0.2)) account.clock.after(phases.safetyMs, () => aws.openMarket(stage));
  account.clock.after(phases.calmMs, () => aws.calmDown(stage));
  if (failover) account.clock.after(phases.calmMs, () => lending.fargateCalm(stage));
  account.clock.after(phases.lastNoticeMs, () => aws.singleNotice(stage));
  return byHand.happened;
}

/** Drawn with equal chance; what shall happen often stands here often. */
const happenings: readonly Happening[] = [
  aws.singleNotice,
  aws.singleNotice,
  aws.singleNotice,
  aws.singleNotice,
  aws.singleNotice,
  aws.storm,
  aws.storm,
  aws.storm,
  aws.otherAction,
  aws.otherAction,
  aws.noWarning,
  aws.recommendation,
  aws.recommendation,
  aws.scaleIn,
  aws.scaleIn,
  aws.scaleIn,
  aws.maintenance,
  aws.maintenance,
  aws.agentDisconnects,
  aws.registrationFails,
  aws.fargateSpotNotice,
  aws.zoneGone,
  person.desiredCount,
  person.deploys,
  person.deploys,
  person.setActive,
  person.setActive,
  person.stopsTask,
  person.drains,
  person.protectsTask,
  person.deregistersTarget,
  person.editsGroup,
  person.detachesInstance,
  person.suspendsProcesses,
];

/** The same, and what can happen to whoever is lent tasks. */
const withLending: readonly Happening[] = [
  ...happenings,
  lending.drought,
  lending.drought,
  lending.drought,
  lending.drought,
  lending.drought,
  lending.drought,
  lending.drought,
  lending.drought,
  lending.fargateDry,
  lending.fargateDry,
  lending.lentTaskNotice,
  lending.lentTaskNotice,
  lending.standbyScaled,
  lending.standbyRedefined,
  lending.standbyDeleted,
  lending.standbyUntagged,
  lending.mainDeleted,
  lending.otherLadder,
  lending.baseSetBack,
  lending.losesProviders,
  person.desiredCount,
  person.desiredCount,
];
