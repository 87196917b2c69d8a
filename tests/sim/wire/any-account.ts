import { DynamoDb } from '../../../sim/dynamodb/service.ts';
import type { Service } from '../../../sim/service.ts';
import { Sqs } from '../../../sim/sqs/service.ts';
import { pools, regionName, smallAccount, zones } from '../small-account.ts';
import type { Known } from './odd-requests.ts';

/** An account with something of everything, and every operation that it has by service. */
export const anyAccount = () => {
  const further: Service[] = [];
  const world = smallAccount({
    buckets: false,
    latencyMs: 0,
    log: 'counts',
    services: ({ clock }) => {
      const sqs = new Sqs({ clock });
      const dynamodb = new DynamoDb({ clock });
      const place = { region: regionName, account: '123456789012' };
      sqs.createQueue({ ...place, name: 'queue' });
      dynamodb.createTable({ ...place, tableName: 'table', keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] });
      further.push(sqs.service, dynamodb.service);
      return further;
    },
  });
  const { region } = world;
  const cluster = region.createCluster({ name: 'default' });
  const hooks = [{ name: 'hook', heartbeatTimeoutSeconds: 60 }];
  const group = region.createGroup({ name: 'group', cluster, pools, desired: 3, hooks });
  const targetGroup = region.createTargetGroup({ name: 'web' });
  const web = region.createService({ cluster, name: 'web', desired: 3, targetGroup });
  region.settle();
  const [instance] = group.instances.values();
  const [task] = web.tasks.values();
  const operations: (readonly [Service['id'], string])[] = [];
  for (const [id, known] of [
    ...Object.entries(region.parts.operations),
    ...further.map((each) => [each.id, each.operations] as const),
  ]) {
    for (const operation of Object.keys(known)) operations.push([id as Service['id'], operation]);
  }
  const [zone] = zones;
  const queueUrl = `http://sqs.${regionName}.sim/123456789012/queue`;
  const known: Known = {
    ...{ cluster: 'default', clusters: 'default', clustername: 'default', service: 'web', services: 'web' },
    ...{ autoscalinggroupname: 'group', autoscalinggroupnames: 'group', lifecyclehookname: 'hook', tablename: 'table' },
    ...{ queueurl: queueUrl, queuename: 'queue', family: 'web', taskdefinition: 'web:1', resourceid: 'group' },
    ...{ resourcetype: 'auto-scaling-group', launchtype: 'FARGATE', status: 'DRAINING', statuses: 'ACTIVE' },
    ...{ lifecycleactionresult: 'CONTINUE', healthstatus: 'Unhealthy', strategy: 'Rolling', version: '1' },
    ...{ lifecycletransition: 'autoscaling:EC2_INSTANCE_TERMINATING', targetid: task?.instance?.arn ?? '' },
    ...{ instancetype: 'm6i.large', instancetypes: 'm6i.large', regionnames: regionName, availabilityzone: zone },
    ...{ targetgrouparn: targetGroup.arn, targetgrouparns: targetGroup.arn, id: task?.privateIp ?? '' },
    ...{ task: task?.arn ?? '', tasks: task?.arn ?? '', resourcearn: cluster.arn, launchtemplatename: 'group' },
    ...{ containerinstance: task?.instance?.arn ?? '', containerinstances: task?.instance?.arn ?? '' },
    ...{ instanceid: instance?.ec2.id ?? '', instanceids: instance?.ec2.id ?? '', resources: instance?.ec2.id ?? '' },
    ...{ scalingprocesses: 'Launch', subnets: `subnet-${zone}`, vpczoneidentifier: `subnet-${zone}` },
  };
  return { ...world, operations, known };
};
