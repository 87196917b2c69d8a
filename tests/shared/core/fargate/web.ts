import type { Circumstances, FargatePolicy } from '../../../../shared/core/fargate/circumstances.ts';
import { deriveFargate } from '../../../../shared/core/fargate/derive.ts';
import type { Balancer, ServiceDetail } from '../../../../shared/model/lending.ts';
import type { Subnet } from '../../../../shared/model/surroundings.ts';
import type { ContainerDefinition, TaskDefinition } from '../../../../shared/model/task-definition.ts';

export const role = 'arn:aws:iam::123456789012:role/web';

export const targetGroup = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';

export const balancer: Balancer = {
  targetGroup,
  alternate: undefined,
  productionRule: undefined,
  container: 'app',
  port: 80,
};

/** A container that Fargate takes without a word. */
export const app: ContainerDefinition = {
  name: 'app',
  image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1',
  cpu: 200,
  memory: 400,
  portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': 'web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
  },
};

/** A task definition of an awsvpc service that Fargate takes without a word. */
export const webDefinition: TaskDefinition = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3',
  family: 'web',
  revision: 3,
  networkMode: 'awsvpc',
  cpu: '200',
  memory: '400',
  taskRoleArn: role,
  executionRoleArn: role,
  volumes: [],
  placementConstraints: [],
  compatibilities: ['EC2'],
  requiresAttributes: [{ name: 'ecs.capability.task-eni' }],
  containerDefinitions: [app],
};

export const webService: ServiceDetail = {
  arn: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
  name: 'web',
  cluster: 'prod',
  tags: { team: 'shop' },
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
  definition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3',
  deployments: [],
  network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'], assignPublicIp: false },
  balancers: [balancer],
  graceSeconds: 30,
  exec: false,
  propagateTags: 'SERVICE',
  managedTags: true,
  constraints: [],
  registries: [],
  serviceConnect: 'none',
  connectConfiguration: undefined,
  lattice: false,
  unplaced: undefined,
  volumes: false,
};

export const subnet = (id: string, change: Partial<Subnet> = {}): Subnet => ({
  id,
  vpc: 'vpc-1',
  zone: 'eu-west-1a',
  freeAddresses: 200,
  wayOut: 'nat',
  endpoints: false,
  ...change,
});

export const policy: FargatePolicy = {
  fargateSubnets: [],
  fargateSecurityGroups: [],
  fargatePublicIp: 'off',
  fargateTaskRole: 'none',
  fargateExecutionRole: 'none',
  hostDaemons: 'ignore',
  cloudMap: 'refuse',
  ipTargetGroup: 'none',
};

export type Change = {
  readonly definition?: Partial<TaskDefinition>;
  readonly app?: Partial<ContainerDefinition>;
  readonly main?: Partial<ServiceDetail>;
  readonly policy?: Partial<FargatePolicy>;
} & Partial<Omit<Circumstances, 'main' | 'policy'>>;

/** The web service, otherwise: its definition and what is around it. */
export function given({ definition, app: container, main, policy: settings, ...rest }: Change = {}) {
  const circumstances: Circumstances = {
    main: { ...webService, ...main },
    architectures: ['x86_64'],
    systems: ['linux'],
    network: webService.network,
    subnets: [subnet('subnet-a'), subnet('subnet-b')],
    balancers: [balancer],
    targetTypes: new Map([[targetGroup, 'ip']]),
    daemons: [],
    policy: { ...policy, ...settings },
    ...rest,
  };
  const containerDefinitions = definition?.containerDefinitions ?? [{ ...app, ...container }];
  return { definition: { ...webDefinition, ...definition, containerDefinitions }, circumstances };
}

/** What comes of it. */
export function derived(change: Change = {}) {
  const { definition, circumstances } = given(change);
  return deriveFargate(definition, circumstances);
}
