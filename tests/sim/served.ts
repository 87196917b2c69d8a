import type { AccountOptions } from '../../sim/account.ts';
import type { EcsService, Task } from '../../sim/ecs/model.ts';
import type { NewTargetGroup, ServiceOptions } from '../../sim/world/options.ts';
import { pools, smallAccount } from './small-account.ts';

type Setting = {
  readonly account?: Partial<AccountOptions>;
  readonly targetGroup?: Partial<NewTargetGroup>;
  readonly service?: Partial<ServiceOptions>;
};

/** Three instances and one service of three tasks behind a load balancer, 10 requests of about a second each second. */
export const served = ({ account, targetGroup: group, service: options }: Setting = {}) => {
  const world = smallAccount(account);
  const cluster = world.region.createCluster({ name: 'prod' });
  world.region.createGroup({ name: 'spot', cluster, pools, desired: 3 });
  const targetGroup = world.region.createTargetGroup({ name: 'web', ...group });
  const service = world.region.createService({
    cluster,
    name: 'web',
    desired: 3,
    targetGroup,
    requestsPerSecond: 10,
    requestMs: 1_000,
    ...options,
  });
  world.region.settle();
  const [task] = [...service.tasks.values()] as [Task];
  const place = { Id: task.privateIp, Port: 8_080 };
  return {
    ...world,
    cluster,
    service,
    targetGroup,
    task,
    drain: () =>
      world.call('ecs', 'UpdateContainerInstancesState', {
        cluster: 'prod',
        containerInstances: [task.instance?.arn],
        status: 'DRAINING',
      }),
    stop: () => world.call('ecs', 'StopTask', { cluster: 'prod', task: task.arn, reason: 'spotkeeper' }),
    deregister: (Targets = [place]) =>
      world.call('elbv2', 'DeregisterTargets', { TargetGroupArn: targetGroup.arn, Targets }),
    health: (Targets: object[] = [place]) =>
      world
        .call('elbv2', 'DescribeTargetHealth', { TargetGroupArn: targetGroup.arn, Targets })
        .TargetHealthDescriptions.map((description: { TargetHealth: object }) => description.TargetHealth),
    dropped: () => world.account.tally().requests().byReason,
  };
};

/** The tasks that a service wants. */
export const live = (service: EcsService): Task[] =>
  [...service.tasks.values()].filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
