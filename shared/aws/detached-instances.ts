import {
  AttachInstancesCommand,
  type AutoScalingClient,
  DetachInstancesCommand,
  type AutoScalingGroup as Wire,
} from '@aws-sdk/client-auto-scaling';
import { CreateTagsCommand, DeleteTagsCommand, type EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { Instant } from '../model/instant.ts';
import { DETACHED_TAG } from '../model/offerings.ts';
import type { Detach, MarkDetached, Reattach, Terminate } from '../plan/rebalance-action.ts';
import { describeGroups, groupsOfInstances } from './auto-scaling-groups.ts';
import { type Tagged, taggedInstance } from './ec2.ts';
import { setDesiredCapacity } from './group-changes.ts';
import { DETACHED_FROM_TAG } from './scaling-groups.ts';
import type { Ending } from './write-outcome.ts';

export type FleetClients = { readonly autoscaling: AutoScalingClient; readonly ec2: EC2Client };

/** Tags an instance before it leaves its group, with the time as ISO text and the group: a sweep finds it whatever comes. */
export async function markDetached(ec2: EC2Client, { instanceId, group }: MarkDetached, now: Instant): Promise<Ending> {
  await ec2.send(
    new CreateTagsCommand({
      Resources: [instanceId],
      Tags: [
        { Key: DETACHED_TAG, Value: new Date(now).toISOString() },
        { Key: DETACHED_FROM_TAG, Value: group },
      ],
    }),
  );
  return 'done';
}

/**
 * Takes a tagged instance out of its group, which launches another; one without our tag stays. The instance runs on,
 * and no hook runs for it.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
 */
export async function detach({ autoscaling, ec2 }: FleetClients, { instanceId, group }: Detach): Promise<Ending> {
  const found = await taggedInstance(ec2, instanceId);
  if (!isRunning(found)) return 'gone';
  if (!isOurs(found)) return { retry: true, error: unmarked(instanceId, 'it stays in its group') };
  await autoscaling.send(
    new DetachInstancesCommand({
      AutoScalingGroupName: group,
      InstanceIds: [instanceId],
      ShouldDecrementDesiredCapacity: false,
    }),
  );
  return 'done';
}

/**
 * Puts a detached instance back into its group, and takes our tags off it. Attaching raises the desired capacity by one;
 * a group that still waits for another instance is lowered by one first, if its minimum allows. When the instance cannot
 * be attached, the desired capacity is put back.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html
 */
export async function reattach(clients: FleetClients, { instanceId, group }: Reattach): Promise<Ending> {
  const { autoscaling, ec2 } = clients;
  const [instance, [found]] = await Promise.all([
    taggedInstance(ec2, instanceId),
    describeGroups(autoscaling, [group]),
  ]);
  if (!isRunning(instance) || !found) return 'gone';
  if (!isOurs(instance)) return { retry: false, error: unmarked(instanceId, 'it is left where it is') };
  const isMember = (found.Instances ?? []).some(({ InstanceId }) => InstanceId === instanceId);
  if (!isMember) await attach(autoscaling, { instanceId, group, found });
  await unmark(ec2, instanceId);
  return isMember ? 'already' : 'done';
}

async function attach(
  autoscaling: AutoScalingClient,
  { instanceId, group, found }: { readonly instanceId: string; readonly group: string; readonly found: Wire },
): Promise<void> {
  const { DesiredCapacity: desired = 0, MinSize: least = 0 } = found;
  const lowers = desired > least && counted(found) < desired;
  if (lowers) await setDesiredCapacity(autoscaling, group, desired - 1);
  try {
    await autoscaling.send(new AttachInstancesCommand({ AutoScalingGroupName: group, InstanceIds: [instanceId] }));
  } catch (error) {
    if (lowers) await setDesiredCapacity(autoscaling, group, desired);
    throw error;
  }
}

/** Instances that count towards the desired capacity: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
const counted = ({ Instances }: Wire): number =>
  (Instances ?? []).filter(({ LifecycleState }) => /^(Pending|InService)/.test(LifecycleState ?? '')).length;

/**
 * Ends an instance that we took out of its group. One without our tag is never ended, nor one that is in a group (again):
 * it would end without its hooks.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export async function terminateDetached(
  { autoscaling, ec2 }: FleetClients,
  { instanceId }: Terminate,
): Promise<Ending> {
  const [found, groups] = await Promise.all([
    taggedInstance(ec2, instanceId),
    groupsOfInstances(autoscaling, [instanceId]),
  ]);
  if (!found || found.state === 'shutting-down') return 'gone';
  if (!isOurs(found)) return { retry: false, error: unmarked(instanceId, 'it is not ended') };
  const group = groups.get(instanceId);
  if (group !== undefined) return { retry: false, error: `${instanceId} is in the group ${group}: it is not ended` };
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  return 'done';
}

async function unmark(ec2: EC2Client, instanceId: string): Promise<void> {
  const Tags = [{ Key: DETACHED_TAG }, { Key: DETACHED_FROM_TAG }];
  await ec2.send(new DeleteTagsCommand({ Resources: [instanceId], Tags }));
}

const isRunning = (found: Tagged | undefined): found is Tagged => found !== undefined && found.state === 'running';

const isOurs = ({ tags }: Tagged): boolean => tags[DETACHED_TAG] !== undefined;

const unmarked = (instanceId: string, so: string): string =>
  `${instanceId} does not carry the tag ${DETACHED_TAG} (yet): ${so}`;
