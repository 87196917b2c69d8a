import type { SimulatedAccount } from '../../../sim/account.ts';
import type { Region } from '../../../sim/world/region.ts';
import * as person from '../changes-by-hand.ts';
import { Draw } from '../draw.ts';
import * as aws from '../happenings.ts';
import { ByHand } from '../person.ts';
import type { Phases } from '../phases.ts';
import type { Happening } from '../stage.ts';
import * as spread from './happenings.ts';

/**
 * Puts on the clock what happens in a seed with rebalance and report.
 * @returns what a person did by hand, and what came of it; it grows
 */
export function tellSpreadStory(
  seed: number,
  { region, account }: { readonly region: Region; readonly account: SimulatedAccount },
  phases: Phases,
): ByHand['happened'] {
  const draw = new Draw(seed, 'spread story');
  const byHand = new ByHand(account);
  const stage = { draw, region, account, phases, person: byHand };
  const kinds = [...happenings, spread.reverts(region), spread.reverts(region)];
  const count = draw.whole('happenings', 4, 16);
  for (let n = 0; n < count; n += 1) {
    const atMs = draw.whole('at', phases.safetyMs, phases.calmMs - 1);
    const happening = draw.pick('kind', kinds);
    account.clock.after(atMs, () => happening(stage));
  }
  account.clock.after(phases.calmMs, () => aws.calmDown(stage));
  account.clock.after(phases.lastNoticeMs, () => aws.singleNotice(stage));
  return byHand.happened;
}

/**
 * Drawn with equal chance; what shall happen often stands here often. No instance comes without a group: one that runs no
 * task and is gone before the next reading is in no ledger.
 */
const happenings: readonly Happening[] = [
  ...[spread.advice, spread.advice, spread.advice, spread.advice, spread.advice, spread.advice, spread.advice],
  ...[spread.advice, spread.advice, spread.advice, spread.advice, spread.advice, spread.advice, spread.advice],
  ...[spread.advice, spread.dryPools, spread.dryPools, spread.dryPools, spread.resizes, spread.resizes],
  ...[spread.movesBounds, spread.buysOtherwise, spread.togglesCapacityRebalancing, spread.otherMode],
  ...[spread.tidiesUp, spread.tidiesUp, spread.protects],
  ...[aws.singleNotice, aws.singleNotice, aws.storm, aws.storm, aws.noWarning, aws.scaleIn, aws.maintenance],
  ...[aws.agentDisconnects, aws.fargateSpotNotice, aws.zoneGone, aws.otherAction],
  ...[person.desiredCount, person.desiredCount, person.deploys, person.stopsTask, person.drains, person.setActive],
  ...[person.detachesInstance, person.suspendsProcesses],
];
