import type { Shares } from './distribute.ts';
import type { RungNow } from './rungs.ts';
import type { ServiceGiven } from './service-given.ts';

/** What a person is told of a service: what was changed by hand, what cannot be lent, what grew while lent. */
export function notesOf(
  { ladder, rungs, before, need, obstacle }: ServiceGiven,
  { lent, shares }: { lent: number; shares: Shares },
) {
  const { main } = ladder;
  const byHand = rungs.filter((rung) => rung.byHand);
  const grown = before?.desiredBefore === undefined ? 0 : main.desired - before.desiredBefore;
  return [
    ...byHand.map(
      ({ standby, state }) =>
        `${standby.name} has ${standby.desired} tasks where spotkeeper wanted ${state.want}: somebody changed it by hand; it is left as it is until it has ${state.want} again`,
    ),
    ...rungs.flatMap((rung) => notStarted(rung, main.name)),
    ...(shares.unmet > 0
      ? [
          `${main.name}: ${shares.unmet} of ${need.deficit} missing tasks cannot be lent: ${(obstacle === undefined ? shares.bounds : [obstacle]).join('; ')}`,
        ]
      : []),
    ...(lent > 0 && grown > 0
      ? [
          `${main.name} grew from ${before?.desiredBefore} to ${main.desired} tasks while lent: a scale-out, not an interruption`,
        ]
      : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
function notStarted({ standby, state: { failed } }: RungNow, main: string): readonly string[] {
  if (failed === undefined) return [];
  const reach = `from the subnets ${standby.network?.subnets.join(', ')} (a way out, or VPC endpoints), with its security groups and the execution role`;
  const what = /CannotPull/.test(failed)
    ? `see that its image exists and can be pulled ${reach}`
    : /ResourceInitialization/.test(failed)
      ? `see that its secrets, image, logs and volumes can be reached ${reach}`
      : 'see its stopped tasks in ECS';
  return [`${standby.name} cannot start tasks that ${main} is lent: ${failed || 'ECS gives no reason'}; ${what}`];
}
