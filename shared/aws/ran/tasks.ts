import { DescribeTasksCommand, type ECSClient, type Task as Wire } from '@aws-sdk/client-ecs';
import { batches } from '../../core/batches.ts';
import { shortName } from '../../model/arn.ts';
import { instant } from '../../model/instant.ts';
import type { RanAsked, RanTask } from '../../model/ledger.ts';
import { PROOF } from '../../model/lending.ts';
import { listTasks } from '../ecs-tasks.ts';
import { unlessGone } from '../errors.ts';
import { reservedBy } from './reservation.ts';

const PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
const FREE_STORAGE_GB = 20;
const SERVICE = 'service:';

/**
 * The tasks of a cluster that run, or ran until an hour ago, on EC2 or Fargate; those that never had a place are left
 * out, and so are those on hosts outside of AWS.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html
 * @param owners the main service by the name of its standby, and by the family of its Fargate revisions
 */
export async function tasksThatRan(ecs: ECSClient, cluster: string, owners: Owners): Promise<readonly RanTask[]> {
  const lists = await Promise.all([
    listTasks(ecs, { cluster }),
    // Those that are being stopped stand here, too.
    listTasks(ecs, { cluster, desiredStatus: 'STOPPED' }),
  ]);
  // One that stops between the two lists stands in both.
  const arns = [...new Set(lists.flat())];
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((tasks) =>
      unlessGone(ecs.send(new DescribeTasksCommand({ cluster, tasks })), { tasks: [] }),
    ),
  );
  return pages.flatMap(({ tasks }) => (tasks ?? []).flatMap((wire) => ranTask(wire, owners)));
}

type Owners = Pick<RanAsked, 'lent' | 'proves'>;

function ranTask(wire: Wire, owners: Owners): RanTask[] {
  const place = wire.launchType === 'EXTERNAL' ? undefined : (fargate(wire) ?? ec2(wire));
  if (place === undefined) return [];
  const { stoppedAt } = wire;
  return [
    {
      arn: wire.taskArn ?? '',
      ...consumer(wire, owners),
      ...place,
      ...reservedBy(wire),
      to: stoppedAt && instant(stoppedAt.getTime()),
    },
  ];
}

type Place = Pick<RanTask, 'on' | 'from'>;

function ec2({ containerInstanceArn, createdAt, pullStartedAt }: Wire): Place | undefined {
  const from = createdAt ?? pullStartedAt;
  if (containerInstanceArn === undefined || from === undefined) return undefined;
  return { on: { is: 'ec2', containerInstance: containerInstanceArn }, from: instant(from.getTime()) };
}

/** It is billed from the pull of its image on: https://aws.amazon.com/fargate/pricing/ */
function fargate(wire: Wire): Place | undefined {
  const { capacityProviderName: provider, launchType, attributes, platformFamily, startedAt } = wire;
  if (launchType !== 'FARGATE' && provider !== 'FARGATE' && provider !== 'FARGATE_SPOT') return undefined;
  const from = wire.pullStartedAt ?? (startedAt && (wire.createdAt ?? startedAt));
  if (from === undefined) return undefined;
  const storageGb = wire.overrides?.ephemeralStorage?.sizeInGiB ?? wire.ephemeralStorage?.sizeInGiB ?? 0;
  return {
    on: {
      is: 'fargate',
      spot: provider === 'FARGATE_SPOT',
      arm: (attributes ?? []).some(({ name, value }) => name === 'ecs.cpu-architecture' && value === 'arm64'),
      windows: /^windows/i.test(platformFamily ?? ''),
      zone: wire.availabilityZone,
      extraStorageGb: Math.max(0, storageGb - FREE_STORAGE_GB),
    },
    from: instant(from.getTime()),
  };
}

/** A trial task is not lent: nobody had too little room. */
function consumer({ group, startedBy, taskDefinitionArn }: Wire, owners: Owners): Pick<RanTask, 'consumer' | 'lent'> {
  if (!group?.startsWith(SERVICE)) {
    const [family = ''] = shortName(taskDefinitionArn ?? '').split(':');
    const proven = startedBy === PROOF ? owners.proves.get(family) : undefined;
    if (proven !== undefined) return { consumer: { of: 'service', name: proven }, lent: false };
    return { consumer: { of: 'tasks', name: family }, lent: false };
  }
  const service = group.slice(SERVICE.length);
  const main = owners.lent.get(service);
  return { consumer: { of: 'service', name: main ?? service }, lent: main !== undefined };
}
