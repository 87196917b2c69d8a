import type { SimulatedAccount } from '../../sim/account.ts';
import type { Region } from '../../sim/world/region.ts';
import * as person from './changes-by-hand.ts';
import { Draw } from './draw.ts';
import * as aws from './happenings.ts';
import { ByHand } from './person.ts';
import { PHASES } from './phases.ts';
import type { Happening } from './stage.ts';

/**
 * Puts on the clock what happens in a seed.
 * @returns what a person did by hand, and what came of it; it grows
 */
export function tellStory(seed: number, region: Region, account: SimulatedAccount): ByHand['happened'] {
  const draw = new Draw(seed, 'story');
  const byHand = new ByHand(account);
  const stage = { draw, region, account, person: byHand };
  const count = draw.whole('happenings', 3, 9);
  for (let n = 0; n < count; n += 1) {
    const atMs = draw.whole('at', PHASES.safetyMs, PHASES.calmMs - 1);
    const happening = draw.pick('kind', happenings);
    account.clock.after(atMs, () => happening(stage));
  }
  if (draw.chance('market', 0.2)) account.clock.after(PHASES.safetyMs, () => aws.openMarket(stage));
  account.clock.after(PHASES.calmMs, () => aws.calmDown(stage));
  account.clock.after(PHASES.lastNoticeMs, () => aws.singleNotice(stage));
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
