import { describe, expect, test } from 'vitest';
import { policyOf, staying, withTemplate } from './grouped.ts';

const NewVersion = { LaunchTemplateName: 'web', LaunchTemplateData: { InstanceType: 'm6i.large' } };

/** A group of six On-Demand Instances in three zones, four of them older, the last from a newer version of the template. */
const group = async (policies: string[]) => {
  const world = withTemplate();
  const six = world.created(policyOf(['m6i.large', 'm5.large']), { DesiredCapacity: 4, TerminationPolicies: policies });
  await world.runTo(50);
  world.asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 5 });
  await world.runTo(100);
  world.call('ec2', 'CreateLaunchTemplateVersion', NewVersion);
  world.asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 6 });
  await world.runTo(200);
  const ids = [...six.instances.keys()];
  const scaleIn = (by: number) => {
    const before = new Set(staying(six).map(({ ec2 }) => ec2.id));
    world.asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 6 - by });
    for (const { ec2 } of staying(six)) before.delete(ec2.id);
    return [...before].map((id) => ids.indexOf(id));
  };
  return { ...world, ids, scaleIn };
};

describe('a scale-in', () => {
  test('by default ends the instances of an older template version first', async () => {
    const { scaleIn } = await group(['Default']);
    expect(scaleIn(3)).toEqual([0, 1, 2]);
    const { scaleIn: again } = await group(['Default']);
    expect(again(5)).toEqual([0, 1, 2, 3, 4]);
  });

  test('ends the newest first when the group says so', async () => {
    const { scaleIn } = await group(['NewestInstance']);
    expect(scaleIn(1)).toEqual([5]);
  });

  test('ends the oldest first when the group says so', async () => {
    const { scaleIn } = await group(['OldestInstance']);
    expect(scaleIn(1)).toEqual([0]);
  });

  test('takes the policies in their order: the second decides between what the first leaves', async () => {
    const { scaleIn } = await group(['OldestLaunchTemplate', 'NewestInstance']);
    expect(scaleIn(1)).toEqual([4]);
  });

  test('leaves protected instances, and stops when only they are left', async () => {
    const { asg, ids, scaleIn } = await group(['OldestInstance']);
    const named = { AutoScalingGroupName: 'web', ProtectedFromScaleIn: true };
    asg('SetInstanceProtection', { ...named, InstanceIds: ids.slice(0, 4) });
    expect(scaleIn(5)).toEqual([4, 5]);
  });

  test('goes on when the protection is taken away', async () => {
    const { asg, ids, scaleIn, runTo } = await group(['OldestInstance']);
    const named = { AutoScalingGroupName: 'web', InstanceIds: ids };
    asg('SetInstanceProtection', { ...named, ProtectedFromScaleIn: true });
    expect(scaleIn(5)).toEqual([]);
    asg('SetInstanceProtection', { ...named, ProtectedFromScaleIn: false });
    await runTo(260);
    expect(asg('DescribeAutoScalingGroups', {}).AutoScalingGroups[0].Instances).toHaveLength(1);
  });

  test('refuses policies that are none', () => {
    const { created } = withTemplate();
    const create = () => created(policyOf(['m6i.large']), { TerminationPolicies: ['Random'] });
    expect(create).toThrow('Termination policy Random is not supported.');
  });
});
