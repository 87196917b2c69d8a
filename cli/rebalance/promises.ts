import { rebalanceSettings } from '../../shared/settings/rebalance-settings.ts';
import type { Played, Promised } from '../scenario.ts';
import { overdue } from './watch.ts';

const initial = (
  name: 'minAgeMinutes' | 'replaceShare' | 'detachMinutes',
  { scenario }: Pick<Played, 'scenario'>,
): number => {
  const setting = rebalanceSettings[name];
  return setting.parse(scenario.settings?.[setting.env] ?? setting.initial) ?? 0;
};

/** What rebalance promises in every scenario. @returns one sentence for each broken promise */
export const rebalanceViolations: Promised = (played) => {
  const { rebalance, region, account } = played;
  const share = initial('replaceShare', played);
  const ageMs = initial('minAgeMinutes', played) * 60_000;
  return [
    ...rebalance.violations,
    ...overdue(region, account.clock.now(), initial('detachMinutes', played)),
    ...rebalance.replaced
      .filter((one) => one.ageMs < ageMs)
      .map((one) => `${one.instanceId} was replaced when it was ${Math.round(one.ageMs / 60_000)} minutes old`),
    ...rebalance.atOnce.flatMap(({ group, most, desired }) => {
      const allowed = Math.max(1, Math.floor(desired * share));
      return most > allowed ? [`${most} instances of ${group} were replaced at once; ${allowed} are allowed`] : [];
    }),
  ];
};

/** So many instances are replaced in all, at the least and at the most. */
export const replacedBetween =
  (least: number, most: number): Promised =>
  ({ rebalance: { replaced } }) =>
    replaced.length < least || replaced.length > most
      ? [`${replaced.length} instances were replaced, not ${least === most ? least : `${least} to ${most}`}`]
      : [];

/** The types of groups are changed so often in all, at the least and at the most. */
export const changedBetween =
  (least: number, most: number): Promised =>
  ({ rebalance: { changes } }) =>
    changes.length < least || changes.length > most
      ? [`types of groups were changed ${changes.length} times, not ${least === most ? least : `${least} to ${most}`}`]
      : [];

/** At the end no pool carries more than so large a share of a group's instances. */
export const noPoolAbove =
  (share: number): Promised =>
  ({ region }) =>
    [...region.parts.autoScaling.groups.values()].flatMap((group) => {
      const pools = Map.groupBy(group.instances.values(), ({ ec2 }) => `${ec2.type} ${ec2.zone}`);
      const most = Math.max(1, Math.ceil(group.desired * share));
      return [...pools].flatMap(([pool, some]) =>
        some.length > most ? [`${pool} carries ${some.length} of ${group.name}'s ${group.desired} instances`] : [],
      );
    });

/** At the end every group has as many instances as it had, no more and no fewer, and wants no others. */
export const groupsAreWhole: Promised = ({ region, rebalance: { sizes } }) =>
  [...region.parts.autoScaling.groups.values()].flatMap(({ name, desired, instances }) => {
    const size = sizes.get(name);
    return size === desired && size === instances.size
      ? []
      : [`${name} ends with ${instances.size} instances and wants ${desired}; it had ${size}`];
  });

/** These types are in no group's list at the end. */
export const neverChosen =
  (wrong: (type: string) => boolean, why: string): Promised =>
  ({ rebalance: { changes } }) =>
    changes.flatMap(({ group, types }) => types.filter(wrong).map((type) => `${group} was given ${type}, ${why}`));
