import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';

/** Settings of the SDK's clients: for a real account the region and perhaps an endpoint, the rest from where the SDK looks. */
export type SourceConfig = ecs.ECSClientConfig & { readonly region: string };

/** A part of the account that may not be read: the permission that is missing. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly action: string;

  constructor(action: string, cause: unknown) {
    super(`${action} was refused: allow it; docs/scenario-files.md lists all that a snapshot reads`, { cause });
    this.action = action;
  }
}

/** What a snapshot reads of an account: Describe and List calls only, all pages. */
export class Source {
  readonly #ecs: ecs.ECSClient;
  readonly #ec2: ec2.EC2Client;
  readonly #autoscaling: autoscaling.AutoScalingClient;
  readonly #elb: elb.ElasticLoadBalancingV2Client;

  constructor(config: SourceConfig) {
    this.#ecs = new ecs.ECSClient(config);
    this.#ec2 = new ec2.EC2Client(config as ec2.EC2ClientConfig);
    this.#autoscaling = new autoscaling.AutoScalingClient(config as autoscaling.AutoScalingClientConfig);
    this.#elb = new elb.ElasticLoadBalancingV2Client(config as elb.ElasticLoadBalancingV2ClientConfig);
  }

  async clusters(): Promise<readonly ecs.Cluster[]> {
    const arns = await allowed('ecs:ListClusters', () =>
      gathered(ecs.paginateListClusters({ client: this.#ecs }, {}), ({ clusterArns }) => clusterArns),
    );
    return inBatches(arns, 100, async (clusters) => {
      const input = { clusters, include: [ecs.ClusterField.TAGS] };
      const found = await allowed('ecs:DescribeClusters', () => this.#ecs.send(new ecs.DescribeClustersCommand(input)));
      return found.clusters ?? [];
    });
  }

  async services(cluster: string): Promise<readonly ecs.Service[]> {
    const arns = await allowed('ecs:ListServices', () =>
      gathered(
        ecs.paginateListServices({ client: this.#ecs }, { cluster, maxResults: 100 }),
        (page) => page.serviceArns,
      ),
    );
    return inBatches(arns, 10, async (services) => {
      const command = new ecs.DescribeServicesCommand({ cluster, services, include: [ecs.ServiceField.TAGS] });
      return (await allowed('ecs:DescribeServices', () => this.#ecs.send(command))).services ?? [];
    });
  }

  async tasks(cluster: string): Promise<readonly ecs.Task[]> {
    const arns = await allowed('ecs:ListTasks', () =>
      gathered(ecs.paginateListTasks({ client: this.#ecs }, { cluster }), ({ taskArns }) => taskArns),
    );
    return inBatches(arns, 100, async (tasks) => {
      const command = new ecs.DescribeTasksCommand({ cluster, tasks, include: [ecs.TaskField.TAGS] });
      return (await allowed('ecs:DescribeTasks', () => this.#ecs.send(command))).tasks ?? [];
    });
  }

  async containerInstances(cluster: string): Promise<readonly ecs.ContainerInstance[]> {
    const arns = await allowed('ecs:ListContainerInstances', () =>
      gathered(
        ecs.paginateListContainerInstances({ client: this.#ecs }, { cluster }),
        (page) => page.containerInstanceArns,
      ),
    );
    return inBatches(arns, 100, async (containerInstances) => {
      const command = new ecs.DescribeContainerInstancesCommand({ cluster, containerInstances });
      const found = await allowed('ecs:DescribeContainerInstances', () => this.#ecs.send(command));
      return found.containerInstances ?? [];
    });
  }

  async taskDefinition(arn: string): Promise<ecs.TaskDefinition> {
    const command = new ecs.DescribeTaskDefinitionCommand({ taskDefinition: arn });
    const { taskDefinition } = await allowed('ecs:DescribeTaskDefinition', () => this.#ecs.send(command));
    if (!taskDefinition) throw new Error(`ECS has no task definition ${arn}`);
    return taskDefinition;
  }

  async capacityProviders(): Promise<readonly ecs.CapacityProvider[]> {
    const found: ecs.CapacityProvider[] = [];
    let nextToken: string | undefined;
    do {
      const command = new ecs.DescribeCapacityProvidersCommand(nextToken === undefined ? {} : { nextToken });
      const page = await allowed('ecs:DescribeCapacityProviders', () => this.#ecs.send(command));
      found.push(...(page.capacityProviders ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  }

  autoScalingGroups(): Promise<readonly autoscaling.AutoScalingGroup[]> {
    const pages = autoscaling.paginateDescribeAutoScalingGroups({ client: this.#autoscaling }, { MaxRecords: 100 });
    return allowed('autoscaling:DescribeAutoScalingGroups', () => gathered(pages, (page) => page.AutoScalingGroups));
  }

  async lifecycleHooks(AutoScalingGroupName: string): Promise<readonly autoscaling.LifecycleHook[]> {
    const command = new autoscaling.DescribeLifecycleHooksCommand({ AutoScalingGroupName });
    const found = await allowed('autoscaling:DescribeLifecycleHooks', () => this.#autoscaling.send(command));
    return found.LifecycleHooks ?? [];
  }

  /** @param ids instances that are gone meanwhile are left out */
  instances(ids: readonly string[]): Promise<readonly ec2.Instance[]> {
    return inBatches(ids, 200, (Values) => {
      const pages = ec2.paginateDescribeInstances(
        { client: this.#ec2 },
        { Filters: [{ Name: 'instance-id', Values }] },
      );
      const instances = (page: ec2.DescribeInstancesCommandOutput) =>
        page.Reservations?.flatMap((reservation) => reservation.Instances ?? []);
      return allowed('ec2:DescribeInstances', () => gathered(pages, instances));
    });
  }

  targetGroups(): Promise<readonly elb.TargetGroup[]> {
    const pages = elb.paginateDescribeTargetGroups({ client: this.#elb }, {});
    return allowed('elasticloadbalancing:DescribeTargetGroups', () => gathered(pages, (page) => page.TargetGroups));
  }

  async deregistrationDelaySeconds(TargetGroupArn: string | undefined): Promise<number> {
    const command = new elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn });
    const action = 'elasticloadbalancing:DescribeTargetGroupAttributes';
    const { Attributes = [] } = await allowed(action, () => this.#elb.send(command));
    const found = Attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds');
    return Number(found?.Value ?? 300);
  }
}

/** Every IAM action that a snapshot needs: all of them only read. */
export const snapshotActions = [
  'ecs:ListClusters',
  'ecs:DescribeClusters',
  'ecs:DescribeCapacityProviders',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'ecs:ListContainerInstances',
  'ecs:DescribeContainerInstances',
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLifecycleHooks',
  'ec2:DescribeInstances',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
] as const;

const REFUSED = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation']);

async function allowed<T>(action: (typeof snapshotActions)[number], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && REFUSED.has(error.name)) throw new RefusedError(action, error);
    throw error;
  }
}

async function gathered<P, T>(pages: AsyncIterable<P>, of: (page: P) => readonly T[] | undefined): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...(of(page) ?? []));
  return all;
}

async function inBatches<A, T>(
  items: readonly A[],
  size: number,
  read: (batch: A[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let at = 0; at < items.length; at += size) all.push(...(await read(items.slice(at, at + size))));
  return all;
}
