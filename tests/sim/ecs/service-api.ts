import { pools, smallAccount } from '../small-account.ts';

/** A cluster of three instances with a task definition `web:1` that may run anywhere, and a bridge one `old:1`. */
export const prod = () => {
  const world = smallAccount();
  const { region, call } = world;
  const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  region.createGroup({ name: 'spot', cluster, pools, desired: 3, capacityProvider: 'prod-spot' });
  const container = { name: 'app', image: 'web:1', essential: true, portMappings: [{ containerPort: 8_080 }] };
  call('ecs', 'RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    containerDefinitions: [container],
  });
  call('ecs', 'RegisterTaskDefinition', {
    family: 'old',
    networkMode: 'bridge',
    containerDefinitions: [{ ...container, cpu: 256, memory: 512 }],
  });
  const create = (input: object) =>
    call('ecs', 'CreateService', {
      cluster: 'prod',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 2,
      ...input,
    });
  const update = (input: object) => call('ecs', 'UpdateService', { cluster: 'prod', service: 'web', ...input });
  const describeIt = () => call('ecs', 'DescribeServices', { cluster: 'prod', services: ['web'] }).services[0];
  return { ...world, cluster, create, update, describeIt };
};

/** A subnet, and what else there is to say about the network. */
export const network = (more: object = {}) => ({ awsvpcConfiguration: { subnets: ['subnet-eu-west-1a'], ...more } });
export const inVpc = { networkConfiguration: network() };
export const onFargate = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }], ...inVpc };
