import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import type { Fleet } from '../ec2/fleet.ts';
import { isUp } from '../ec2/fleet.ts';
import type { Group, GroupInstance } from './group.ts';
import { onDemandShare, resolvedTemplate, templateIsSpot } from './launch-plan.ts';

/**
 * The instance that a scale-in ends: in the zone with the most instances, the first of the group's termination policies
 * that tells two apart. Protected ones are left out.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 * @param only limits the choice further
 */
export const chooseVictim = (
  group: Group,
  fleet: Fleet,
  only: (instance: GroupInstance) => boolean = () => true,
): GroupInstance | undefined => {
  const candidates = [...group.instances.values()].filter(
    (instance) => instance.stays && !instance.protected && isUp(instance.ec2) && only(instance),
  );
  let left = narrowed(candidates, ({ ec2 }) => -group.spread.inZone(ec2));
  for (const policy of group.settings.TerminationPolicies) {
    for (const score of scores(policy, group, fleet)) left = narrowed(left, score);
  }
  return narrowed(left, ({ ec2 }) => ec2.sequence)[0];
};

type Score = (instance: GroupInstance) => number;

/** Policies that the account can judge, as lists of scores: the lowest goes first. */
const scores = (policy: string, group: Group, fleet: Fleet): Score[] => {
  const oldest: Score = ({ ec2 }) => ec2.launchedAt;
  const outdated = outdatedTemplate(group, fleet);
  switch (policy) {
    case 'OldestInstance':
      return [oldest];
    case 'NewestInstance':
      return [({ ec2 }) => -ec2.launchedAt];
    case 'OldestLaunchTemplate':
      return [outdated];
    case 'AllocationStrategy':
      return [surplusOption(group, fleet)];
    default:
      // Default; ClosestToNextInstanceHour cannot tell instances apart that are billed by the second.
      return [surplusOption(group, fleet), outdated, oldest];
  }
};

/** 0 for an instance that the group would not launch from the same version of its template any more. */
const outdatedTemplate = (group: Group, fleet: Fleet): Score => {
  const current = new Map<string, string>();
  for (const { type, template } of group.pools) {
    if (template && !current.has(type)) current.set(type, versionKey(resolvedTemplate(template, fleet)));
  }
  return ({ ec2, template }) => (template && current.get(ec2.type) !== versionKey(template) ? 0 : 1);
};

const versionKey = (template: LaunchTemplateSpecification): string =>
  `${template.LaunchTemplateId} ${template.Version}`;

/** 0 for the purchase option that the group has too much of. */
const surplusOption = (group: Group, fleet: Fleet): Score => {
  const wanted = onDemandShare(group, group.desired, templateIsSpot(group.template, fleet));
  const tooManyOnDemand = group.spread.onDemand > wanted;
  const tooManySpot = group.spread.spot > group.desired - wanted;
  return ({ ec2 }) => ((ec2.spot ? tooManySpot : tooManyOnDemand) ? 0 : 1);
};

const narrowed = (candidates: readonly GroupInstance[], score: Score): readonly GroupInstance[] => {
  if (candidates.length < 2) return candidates;
  let least = Number.POSITIVE_INFINITY;
  let found: GroupInstance[] = [];
  for (const candidate of candidates) {
    const value = score(candidate);
    if (value < least) {
      least = value;
      found = [candidate];
    } else if (value === least) found.push(candidate);
  }
  return found;
};
