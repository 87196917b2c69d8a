import type { Wanted } from '../../../shared/core/placement.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import { instant } from '../../../shared/model/instant.ts';
import type { Host, ServiceDetail, TaskShape } from '../../../shared/model/lending.ts';
import { CLUSTER, containerInstanceArn, instanceId, NOW, POOL, taskArn } from '../../given.ts';

/** An empty m6i.large with a trunk; `n` tells instances apart. */
export const aHost = (n = 1, about: Partial<Host> = {}): Host => ({
  arn: containerInstanceArn(n),
  instanceId: instanceId(n),
  status: 'ACTIVE',
  connected: true,
  pool: POOL,
  provider: 'spot',
  attributes: new Map([
    ['ecs.cpu-architecture', 'x86_64'],
    ['ecs.awsvpc-trunk-id', 'trunk'],
  ]),
  registeredAt: instant(NOW - 3_600_000),
  cpu: 2_048,
  memory: 7_680,
  gpus: 0,
  tcp: new Set([22, 2375]),
  udp: new Set(),
  tasks: 0,
  ...about,
});

/** Half a vCPU and a GiB, in bridge mode with dynamic ports. */
export const aShape = (about: Partial<TaskShape> = {}): TaskShape => ({
  definition: 'checkout:7',
  cpu: 512,
  memory: 1_024,
  tcp: [],
  udp: [],
  interfaces: 0,
  gpus: 0,
  requires: [],
  memberOf: [],
  ...about,
});

export const wanting = (service: string, count: number, about: Partial<Wanted> = {}): Wanted => ({
  service,
  shape: aShape(),
  count,
  providers: [],
  allowed: [],
  distinctFrom: undefined,
  zones: undefined,
  ...about,
});

/** A service that runs its four tasks by launch type EC2, with ECS's default percents. */
export const aService = (about: Partial<ServiceDetail> = {}): ServiceDetail => ({
  arn: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/checkout',
  name: 'checkout',
  cluster: CLUSTER,
  tags: {},
  status: 'ACTIVE',
  daemon: false,
  controller: 'ECS',
  strategy: 'ROLLING',
  desired: 4,
  running: 4,
  pending: 0,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  launch: { on: 'ec2', providers: [] },
  definition: 'checkout:7',
  deployments: [],
  network: undefined,
  balancers: [],
  graceSeconds: undefined,
  exec: false,
  propagateTags: undefined,
  managedTags: false,
  constraints: [],
  registries: [],
  serviceConnect: 'none',
  connectConfiguration: undefined,
  lattice: false,
  unplaced: undefined,
  volumes: false,
  ...about,
});

/** A RUNNING task of checkout on an instance; without one, a task in PROVISIONING. */
export const aTask = (host?: Host, about: Partial<Task> = {}): Task => ({
  arn: taskArn(),
  cluster: CLUSTER,
  containerInstance: host?.arn,
  service: 'checkout',
  definition: 'checkout:7',
  lastStatus: host ? 'RUNNING' : 'PROVISIONING',
  desiredStatus: 'RUNNING',
  stopCode: undefined,
  stoppedReason: undefined,
  exitCodes: [],
  ips: [],
  hostPorts: [],
  ...about,
});
