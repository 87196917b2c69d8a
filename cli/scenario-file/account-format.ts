import { allTypes } from '../../sim/ec2/instance-type.ts';
import { among, defaulted, list, object, optional, type Read, text, whole } from './read.ts';

const name = text();
const zone = text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'an Availability Zone such as "eu-west-1a"');
const ecsTags = defaulted(list(object({ key: text(/^[\s\S]{1,128}$/), value: text(/^[\s\S]{0,256}$/) })), []);
const port = whole(0, 65_535);

/** A capacity pool, named as EC2 names its parts. */
export const poolMembers = { InstanceType: among(allTypes()), AvailabilityZone: zone };

/** Instances of one pool that differ in nothing but their ids. */
const instanceMembers = {
  ...poolMembers,
  InstanceLifecycle: defaulted(among(['spot', 'on-demand']), 'spot'),
  Count: whole(1, 5_000),
};

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
const cluster = object({ clusterName: name, capacityProviders: defaulted(list(name), []), tags: ecsTags });

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
const portMapping = object({
  containerPort: port,
  hostPort: defaulted(port, 0),
  protocol: defaulted(among(['tcp', 'udp']), 'tcp'),
});
const container = object({
  name,
  image: name,
  cpu: defaulted(whole(0, 10_240 * 20), 0),
  memory: whole(4, 1024 * 1024 * 4),
  portMappings: defaulted(list(portMapping), []),
  stopTimeout: optional(whole(0, 86_400)),
});
const digits = optional(text(/^\d{1,7}$/, 'digits'));
const taskDefinition = object({
  family: text(/^[\w-]{1,255}$/, '1 to 255 letters, digits, underscores and hyphens'),
  networkMode: defaulted(among(['awsvpc', 'bridge', 'host']), 'bridge'),
  /** of the whole task, CPU units and MiB: Fargate needs them */
  cpu: digits,
  memory: digits,
  containerDefinitions: list(container),
});

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
const targetGroup = object({
  Name: text(/^[A-Za-z0-9-]{1,32}$/, '1 to 32 letters, digits and hyphens'),
  /** a group of another protocol is not simulated */
  Protocol: among(['HTTP', 'TCP']),
  Port: whole(1, 65_535),
  TargetType: defaulted(among(['instance', 'ip']), 'instance'),
  HealthCheckIntervalSeconds: defaulted(whole(5, 300), 30),
  HealthyThresholdCount: defaulted(whole(2, 10), 5),
  /** the attribute deregistration_delay.timeout_seconds */
  DeregistrationDelaySeconds: defaulted(whole(0, 3_600), 300),
});

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, target groups by name
const service = object({
  cluster: name,
  serviceName: name,
  taskDefinition: name,
  schedulingStrategy: defaulted(among(['REPLICA', 'DAEMON']), 'REPLICA'),
  /** a daemon service has none of its own */
  desiredCount: defaulted(whole(0, 5_000), 0),
  deploymentConfiguration: defaulted(
    object({ minimumHealthyPercent: whole(0, 1_000), maximumPercent: whole(0, 1_000) }),
    { minimumHealthyPercent: 100, maximumPercent: 200 },
  ),
  targetGroup: optional(name),
  launchType: optional(among(['EC2', 'FARGATE'])),
  /** instead of a launch type */
  capacityProviderStrategy: defaulted(
    list(
      object({ capacityProvider: name, weight: defaulted(whole(0, 1_000), 0), base: defaulted(whole(0, 100_000), 0) }),
    ),
    [],
  ),
  tags: ecsTags,
});

const task = object({
  cluster: name,
  taskDefinition: name,
  count: defaulted(whole(1, 5_000), 1),
  group: optional(name),
  startedBy: optional(name),
  tags: ecsTags,
});

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
const awsTags = defaulted(list(object({ Key: text(/^[\s\S]{1,128}$/), Value: text(/^[\s\S]{0,256}$/) })), []);
const autoScalingGroup = object({
  AutoScalingGroupName: name,
  MinSize: whole(0, 5_000),
  MaxSize: whole(0, 5_000),
  Tags: awsTags,
  /** the ECS cluster that its instances join */
  cluster: optional(name),
  capacityProvider: optional(name),
  /** the types it may launch, in order; left out: those of its instances */
  InstanceTypes: defaulted(list(among(allTypes())), []),
  /** left out: those of its instances */
  AvailabilityZones: defaulted(list(zone), []),
  OnDemandBaseCapacity: defaulted(whole(0, 5_000), 0),
  /** left out: 100 when all its instances are On-Demand, else 0 */
  OnDemandPercentageAboveBaseCapacity: optional(whole(0, 100)),
  SpotAllocationStrategy: defaulted(
    among(['lowest-price', 'price-capacity-optimized', 'capacity-optimized', 'capacity-optimized-prioritized']),
    'lowest-price',
  ),
  LifecycleHooks: defaulted(
    list(object({ LifecycleHookName: name, HeartbeatTimeout: defaulted(whole(30, 7_200), 3_600) })),
    [],
  ),
  /** what runs; together they are the desired capacity */
  Instances: list(object(instanceMembers)),
});

/** Instances of no group. */
const instance = object({ ...instanceMembers, cluster: optional(name), capacityProvider: optional(name) });

/** What can be read from AWS: the part `account` of a scenario file. */
export const account = object({
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region such as "eu-west-1"'),
  accountId: text(/^\d{12}$/, 'twelve digits'),
  clusters: list(cluster),
  targetGroups: defaulted(list(targetGroup), []),
  taskDefinitions: list(taskDefinition),
  autoScalingGroups: defaulted(list(autoScalingGroup), []),
  instances: defaulted(list(instance), []),
  services: list(service),
  tasks: defaulted(list(task), []),
});

export type AccountPart = Read<typeof account>;
export type TaskDefinitionPart = AccountPart['taskDefinitions'][number];
export type GroupPart = AccountPart['autoScalingGroups'][number];
export type ServicePart = AccountPart['services'][number];
