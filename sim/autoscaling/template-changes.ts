import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import type { Fleet } from '../ec2/fleet.ts';
import type { LaunchTemplate } from '../ec2/launch-templates.ts';
import { AwsError } from '../service.ts';
import type { Group } from './group.ts';
import { launchPools } from './launch-plan.ts';

/**
 * Groups that launch from `$Latest` or `$Default` follow their template: what they launch next is what it says then.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html
 */
export const followTemplates = (fleet: Fleet, groups: ReadonlyMap<string, Group>): void =>
  fleet.templates.onChange((template) => {
    for (const group of groups.values()) {
      if (specificationsOf(group).some((each) => follows(each, template))) group.pools = poolsOf(group, fleet);
    }
  });

const specificationsOf = ({ policy, template }: Group): LaunchTemplateSpecification[] => {
  const { LaunchTemplateSpecification: main, Overrides: overrides = [] } = policy?.LaunchTemplate ?? {};
  const own = overrides.flatMap(({ LaunchTemplateSpecification: each }) => each ?? []);
  return [main ?? template ?? [], own].flat();
};

const follows = (
  { LaunchTemplateId: id, LaunchTemplateName: name, Version = '$Default' }: LaunchTemplateSpecification,
  template: LaunchTemplate,
): boolean => Version.startsWith('$') && (id === undefined ? name === template.name : id === template.id);

// A version that cannot be launched is not refused: the launches fail until somebody mends it.
const poolsOf = (group: Group, fleet: Fleet): Group['pools'] => {
  try {
    return launchPools(group, fleet);
  } catch (error) {
    if (error instanceof AwsError) return [];
    throw error;
  }
};
