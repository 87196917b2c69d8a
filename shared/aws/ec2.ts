import {
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  type EC2Client,
  type Filter,
  type Instance as Wire,
} from '@aws-sdk/client-ec2';
import { batches } from '../core/batches.ts';
import type { Instance } from '../model/fleet.ts';
import { type Instant, instant } from '../model/instant.ts';

export const VALUES_PER_FILTER = 200; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
const PAGE = 1000;

/**
 * The instances with these ids. They are asked for by filter: an id in `InstanceIds` that does not exist would fail
 * the whole call; with a filter it is left out.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export async function describeInstances(ec2: EC2Client, ids: readonly string[]): Promise<readonly Instance[]> {
  const found = await Promise.all(
    batches(ids, VALUES_PER_FILTER).map((Values) =>
      filterInstances(ec2, [{ Name: 'instance-id', Values }], instanceOf),
    ),
  );
  return found.flat();
}

/**
 * Instances that EC2 took back lately: they stay visible for about an hour.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
 */
export const reclaimedInstances = (ec2: EC2Client): Promise<readonly Instance[]> =>
  filterInstances(ec2, [{ Name: 'state-reason-code', Values: [...RECLAIMED] }], instanceOf);

const RECLAIMED = new Set(['Server.SpotInstanceTermination', 'Server.SpotInstanceShutdown']);

/** An instance with its tags. */
export type Tagged = Instance & { readonly tags: Readonly<Record<string, string>> };

/** Not those that are terminated: EC2 shows them for about an hour. */
const THERE: Filter = {
  Name: 'instance-state-name',
  Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
};

/** The instances of the region that carry a tag with this key, whatever its value; not those that are terminated. */
export const taggedInstances = (ec2: EC2Client, key: string): Promise<readonly Tagged[]> =>
  filterInstances(ec2, [{ Name: 'tag-key', Values: [key] }, THERE], withTags);

/** One instance with its tags; undefined: it is terminated, or EC2 does not know it. */
export async function taggedInstance(ec2: EC2Client, instanceId: string): Promise<Tagged | undefined> {
  const [found] = await filterInstances(ec2, [{ Name: 'instance-id', Values: [instanceId] }, THERE], withTags);
  return found;
}

/** An instance under notice, as its Spot request shows it: what the tick finds when the event was lost. */
export type Notice = { readonly instanceId: string; readonly noticedAt: Instant };

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
export async function openNotices(ec2: EC2Client): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  let NextToken: string | undefined;
  do {
    const Filters = [{ Name: 'status-code', Values: ['marked-for-termination', 'marked-for-stop'] }];
    const page = await ec2.send(
      new DescribeSpotInstanceRequestsCommand({ Filters, MaxResults: PAGE, ...(NextToken && { NextToken }) }),
    );
    for (const { InstanceId, Status } of page.SpotInstanceRequests ?? []) {
      if (InstanceId && Status?.UpdateTime) {
        notices.push({ instanceId: InstanceId, noticedAt: instant(Status.UpdateTime.getTime()) });
      }
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return notices;
}

/** The instances that pass all filters, page by page, as `as` sees them. */
export async function filterInstances<T>(
  ec2: EC2Client,
  Filters: Filter[],
  as: (wire: Wire) => T,
): Promise<readonly T[]> {
  const instances: T[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstancesCommand({ Filters, MaxResults: PAGE, ...(NextToken && { NextToken }) }),
    );
    for (const { Instances } of page.Reservations ?? []) instances.push(...(Instances ?? []).map(as));
    NextToken = page.NextToken;
  } while (NextToken);
  return instances;
}

export const instanceOf = (wire: Wire): Instance => ({
  instanceId: wire.InstanceId ?? '',
  launchedAt: instant(wire.LaunchTime?.getTime() ?? 0),
  state: wire.State?.Name ?? '',
  reclaimed: RECLAIMED.has(wire.StateReason?.Code ?? ''),
  spot: wire.InstanceLifecycle === 'spot',
  pool: { type: wire.InstanceType ?? '', zone: wire.Placement?.AvailabilityZone ?? '' },
});

const withTags = (wire: Wire): Tagged => ({
  ...instanceOf(wire),
  tags: Object.fromEntries((wire.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
});
