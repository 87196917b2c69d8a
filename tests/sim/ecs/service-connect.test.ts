import { describe, expect, test } from 'vitest';
import { pools, smallAccount } from '../small-account.ts';

const connect = (discoveryName: string, namespace = 'prod.internal') => ({
  enabled: true,
  namespace,
  services: [{ portName: 'http', discoveryName }],
});

const world = () => {
  const account = smallAccount();
  const { region, call } = account;
  const cluster = region.createCluster({ name: 'prod' });
  region.createGroup({ name: 'spot', cluster, pools, desired: 2 });
  region.createService({ cluster, name: 'orders', serviceConnect: connect('orders') });
  region.settle();
  const create = (serviceName: string, serviceConnectConfiguration: object) =>
    call('ecs', 'CreateService', {
      cluster: 'prod',
      serviceName,
      taskDefinition: 'orders',
      desiredCount: 0,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-eu-west-1a'] } },
      serviceConnectConfiguration,
    });
  return { ...account, create };
};

describe('a discovery name of Service Connect', () => {
  test('belongs to one service of a namespace', () => {
    const { create } = world();
    expect(() => create('twin', connect('orders'))).toThrow('The discovery name prod.internal/orders is used by');
    create('other', connect('orders', 'test.internal'));
    create('client', { enabled: true, namespace: 'prod.internal' });
  });

  test('is free again when its service is deleted', async () => {
    const { create, call, runTo } = world();
    call('ecs', 'DeleteService', { cluster: 'prod', service: 'orders', force: true });
    await runTo(120);
    create('heir', connect('orders'));
  });

  test('cannot be taken over by an update', () => {
    const { create, call } = world();
    create('client', { enabled: true, namespace: 'prod.internal' });
    const update = { cluster: 'prod', service: 'client', serviceConnectConfiguration: connect('orders') };
    expect(() => call('ecs', 'UpdateService', update)).toThrow('is used by');
  });
});
