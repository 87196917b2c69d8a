import { DescribeAutoScalingGroupsCommand, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeInstancesCommand,
  DescribeSpotPriceHistoryCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  TagResourceCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { AwsError, type Operation, type Service } from '../../../sim/service.ts';
import { clientsOf, settle } from '../clients.ts';

const launched = new Date('2026-08-14T09:26:53.500Z');

/** An account in which every operation of one service is the given one; says what the operation was given. */
const accountWith = (id: Service['id'], operation: string, answer: () => unknown) => {
  const clock = new VirtualClock(Date.UTC(2026, 7, 14));
  const seen: unknown[] = [];
  const perform: Operation = (input) => {
    seen.push(input);
    return answer();
  };
  const services = [{ id, operations: { [operation]: perform } }];
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services, account: '123456789012' });
  const clients = clientsOf(endpoint);
  return { clients, seen, run: <T>(work: Promise<T>) => settle(clock, work) };
};

describe('what an SDK client sends and gets, through the wire protocols', () => {
  it('carries ECS lists, strings and timestamps both ways', async () => {
    const answer = {
      containerInstances: [{ containerInstanceArn: 'x', registeredAt: launched, runningTasksCount: 2 }],
      failures: [],
    };
    const { clients, seen, run } = accountWith('ecs', 'UpdateContainerInstancesState', () => answer);
    const input = { cluster: 'c', containerInstances: ['a', 'b'], status: 'DRAINING' as const };
    const output = await run(clients.ecs.send(new UpdateContainerInstancesStateCommand(input)));
    expect(seen).toEqual([input]);
    expect(output.containerInstances).toEqual(answer.containerInstances);
    expect(output.failures).toEqual([]);
  });

  it('carries Auto Scaling structures, numbers and booleans in a form and lists in XML', async () => {
    const input = {
      AutoScalingGroupName: 'g & <co>',
      CapacityRebalance: true,
      MinSize: 0,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          Overrides: [{ InstanceType: 'm6i.large', WeightedCapacity: '1' }, { InstanceType: 'c6i.large' }],
        },
        InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 0 },
      },
    };
    const update = accountWith('autoscaling', 'UpdateAutoScalingGroup', () => ({}));
    await update.run(update.clients.autoscaling.send(new UpdateAutoScalingGroupCommand(input)));
    expect(update.seen).toEqual([input]);

    const group = {
      AutoScalingGroupName: 'g & <co>',
      MinSize: 0,
      CapacityRebalance: false,
      CreatedTime: launched,
      Instances: [],
    };
    const describeGroups = accountWith('autoscaling', 'DescribeAutoScalingGroups', () => ({
      AutoScalingGroups: [group],
    }));
    const send = describeGroups.clients.autoscaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['a', 'b'] }),
    );
    const output = await describeGroups.run(send);
    expect(describeGroups.seen).toEqual([{ AutoScalingGroupNames: ['a', 'b'] }]);
    expect(output.AutoScalingGroups).toMatchObject([group]);
  });

  it('carries EC2 filters, flattened lists and nested reservations', async () => {
    const instance = {
      InstanceId: 'i-1',
      InstanceLifecycle: 'spot' as const,
      State: { Code: 16, Name: 'running' as const },
      Tags: [{ Key: 'aws:autoscaling:groupName', Value: 'g' }],
      LaunchTime: launched,
    };
    const { clients, seen, run } = accountWith('ec2', 'DescribeInstances', () => ({
      Reservations: [{ ReservationId: 'r', Instances: [instance] }],
      NextToken: 'more',
    }));
    const input = { Filters: [{ Name: 'instance-id', Values: ['i-1', 'i-2'] }], MaxResults: 5 };
    const output = await run(clients.ec2.send(new DescribeInstancesCommand(input)));
    expect(seen).toEqual([input]);
    expect(output.Reservations?.[0]?.Instances?.[0]).toMatchObject(instance);
    expect(output.NextToken).toBe('more');
  });

  it('carries EC2 timestamps', async () => {
    const { clients, seen, run } = accountWith('ec2', 'DescribeSpotPriceHistory', () => ({
      SpotPriceHistory: [{ SpotPrice: '0.0312', Timestamp: launched }],
    }));
    const output = await run(clients.ec2.send(new DescribeSpotPriceHistoryCommand({ StartTime: launched })));
    expect(seen).toEqual([{ StartTime: launched }]);
    expect(output.SpotPriceHistory).toEqual([{ SpotPrice: '0.0312', Timestamp: launched }]);
  });

  it('carries load balancer targets', async () => {
    const health = {
      Target: { Id: 'i-1', Port: 80 },
      TargetHealth: { State: 'draining', Reason: 'Target.DeregistrationInProgress' },
    };
    const { clients, seen, run } = accountWith('elbv2', 'DescribeTargetHealth', () => ({
      TargetHealthDescriptions: [health],
    }));
    const input = { TargetGroupArn: 'tg', Targets: [{ Id: 'i-1', Port: 80 }] };
    const output = await run(clients.elbv2.send(new DescribeTargetHealthCommand(input)));
    expect(seen).toEqual([input]);
    expect(output.TargetHealthDescriptions).toEqual([health]);
  });

  it('carries DynamoDB attribute values of every depth, bytes included', async () => {
    const item = {
      pk: { S: 'a' },
      deep: { M: { list: { L: [{ N: '1' }, { BOOL: false }, { B: new Uint8Array([1, 2]) }] } } },
    };
    const { clients, seen, run } = accountWith('dynamodb', 'PutItem', () => ({ Attributes: item }));
    const output = await run(clients.dynamodb.send(new PutItemCommand({ TableName: 't', Item: item })));
    expect(seen).toEqual([{ TableName: 't', Item: item }]);
    expect(output.Attributes).toEqual(item);
  });

  it('carries SQS batches', async () => {
    const md5 = '9dd4e461268c8034f5c8564e155c67a6';
    const { clients, seen, run } = accountWith('sqs', 'SendMessageBatch', () => ({
      Successful: [{ Id: '1', MessageId: 'm', MD5OfMessageBody: md5 }],
      Failed: [],
    }));
    const input = {
      QueueUrl: 'http://sqs.eu-west-1.sim/123456789012/q',
      Entries: [{ Id: '1', MessageBody: 'x', DelaySeconds: 5 }],
    };
    const output = await run(clients.sqs.send(new SendMessageBatchCommand(input)));
    expect(seen).toEqual([input]);
    expect(output.Successful?.[0]?.MessageId).toBe('m');
  });
});

describe('errors', () => {
  const failing = (id: Service['id'], operation: string, error: AwsError) =>
    accountWith(id, operation, () => {
      throw error;
    });

  it('gives a modelled ECS error as its class', async () => {
    const { clients, run } = failing(
      'ecs',
      'DescribeServices',
      new AwsError('ClusterNotFoundException', 'Cluster not found.'),
    );
    const send = run(clients.ecs.send(new DescribeServicesCommand({ services: ['a'] })));
    await expect(send).rejects.toBeInstanceOf(ClusterNotFoundException);
    await expect(send).rejects.toThrow('Cluster not found.');
  });

  it('gives the item with a failed DynamoDB condition', async () => {
    const error = new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, {
      Item: { pk: { S: 'a' } },
    });
    const { clients, run } = failing('dynamodb', 'UpdateItem', error);
    const send = run(clients.dynamodb.send(new UpdateItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })));
    await expect(send).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { pk: { S: 'a' } } });
  });

  it.each([
    ['InvalidInstanceID.NotFound', "The instance ID 'i-1' does not exist", 400],
    ['RequestLimitExceeded', 'Request limit exceeded.', 503],
  ])('gives the EC2 code %s as the name of the error', async (code, message, status) => {
    const { clients, run } = failing('ec2', 'DescribeInstances', new AwsError(code, message, status));
    const send = run(clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] })));
    await expect(send).rejects.toMatchObject({ name: code, message, $metadata: { httpStatusCode: status } });
  });

  it('gives an Auto Scaling code that no model lists', async () => {
    const error = new AwsError('Throttling', 'Rate exceeded');
    const { clients, run } = failing('autoscaling', 'DescribeAutoScalingGroups', error);
    const send = run(clients.autoscaling.send(new DescribeAutoScalingGroupsCommand({})));
    await expect(send).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
    });
  });

  it('says which operation the account does not imitate', async () => {
    const { clients, run } = accountWith('ecs', 'ListClusters', () => ({ clusterArns: [] }));
    const send = run(clients.ecs.send(new DescribeTasksCommand({ tasks: ['t'] })));
    await expect(send).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    await expect(send).rejects.toThrow('does not imitate ecs:DescribeTasks; docs/simulator-differences.md');
  });

  it.each([
    [
      'ecs',
      new TagResourceCommand({ resourceArn: 'a', tags: undefined }),
      'InvalidParameterException',
      'tags cannot be empty.',
    ],
    [
      'ec2',
      new TerminateInstancesCommand({ InstanceIds: undefined }),
      'MissingParameter',
      'The request must contain the parameter InstanceIds',
    ],
    [
      'autoscaling',
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: undefined }),
      'ValidationError',
      "1 validation error detected: Value null at 'autoScalingGroupName' failed to satisfy constraint: Member must not be null",
    ],
  ] as const)('refuses a missing required member as %s does', async (service, command, name, message) => {
    const { clients, run } = accountWith(service, command.constructor.name.replace('Command', ''), () => ({}));
    // biome-ignore lint/suspicious/noExplicitAny: each row pairs a client with a command of its own
    const send = run((clients[service] as any).send(command));
    await expect(send).rejects.toMatchObject({ name, message });
  });

  it('refuses an answer that the API could not give, so that a wrong simulator is noticed', async () => {
    const { clients, run } = accountWith('ecs', 'ListClusters', () => ({ clusters: [] }));
    await expect(run(clients.ecs.send(new ListClustersCommand({})))).rejects.toThrow('has no member clusters');
  });
});
