import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  Filter,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import type { Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import { page } from '../world/page.ts';
import { instanceShape, spotRequestShape } from './descriptions.ts';
import type { Fleet } from './fleet.ts';
import { type Ec2Instance, stateCode } from './instance.ts';

const maximumPage = 1_000;

/** The EC2 operations of one region's fleet, in SDK shapes. */
export const ec2Operations = (fleet: Fleet): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
  DescribeInstances: (input: DescribeInstancesRequest, call): DescribeInstancesResult => {
    if (input.InstanceIds?.length && input.MaxResults !== undefined) {
      const message = 'The parameter instancesSet cannot be used with the parameter maxResults';
      throw new AwsError('InvalidParameterCombination', message);
    }
    const chosen = filtered(named(fleet, input.InstanceIds), input.Filters, instanceValues);
    const result = page(chosen, pageRequest(input));
    return {
      Reservations: result.items.map((instance) => ({
        ReservationId: `r-${instance.id.slice(2)}`,
        OwnerId: call.account,
        Groups: [],
        Instances: [instanceShape(instance)],
      })),
      NextToken: result.nextToken,
    };
  },

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
  DescribeSpotInstanceRequests: (input: DescribeSpotInstanceRequestsRequest): DescribeSpotInstanceRequestsResult => {
    const spot = [...fleet.instances.values()].filter((instance) => instance.spot !== undefined);
    const ids = input.SpotInstanceRequestIds;
    for (const id of ids ?? []) {
      if (!spot.some((instance) => instance.spot?.id === id)) {
        throw new AwsError(
          'InvalidSpotInstanceRequestID.NotFound',
          `The spot instance request ID '${id}' does not exist`,
        );
      }
    }
    const wanted = ids?.length ? spot.filter((instance) => ids.includes(instance.spot?.id ?? '')) : spot;
    const result = page(filtered(wanted, input.Filters, spotValues), pageRequest(input));
    return { SpotInstanceRequests: result.items.flatMap(spotRequestShape), NextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
  TerminateInstances: (input: TerminateInstancesRequest): TerminateInstancesResult => {
    const instances = named(fleet, input.InstanceIds ?? []);
    return {
      TerminatingInstances: instances.map((instance) => {
        const previous = instance.state;
        fleet.terminate(instance.id);
        return {
          InstanceId: instance.id,
          PreviousState: { Code: stateCode[previous], Name: previous },
          CurrentState: { Code: stateCode[instance.state], Name: instance.state },
        };
      }),
    };
  },
});

// One unknown id fails the whole call: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
const named = (fleet: Fleet, ids: readonly string[] | undefined): Ec2Instance[] => {
  if (!ids?.length) return [...fleet.instances.values()];
  const unknown = ids.filter((id) => !fleet.instances.has(id));
  if (unknown.length === 1) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${unknown[0]}' does not exist`);
  }
  if (unknown.length > 1) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance IDs '${unknown.join(', ')}' do not exist`);
  }
  const wanted = new Set(ids);
  return [...wanted].map((id) => fleet.find(id)).sort((a, b) => a.sequence - b.sequence);
};

const pageRequest = (input: { MaxResults?: number | undefined; NextToken?: string | undefined }) => {
  const size = input.MaxResults ?? maximumPage;
  if (size < 5 || size > maximumPage) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  return { size, token: input.NextToken, invalidTokenCode: 'InvalidParameterValue' };
};

type Values = (instance: Ec2Instance, filter: string) => string | undefined;

/** The filters that are imitated; any other is refused, as EC2 refuses a name it does not know. */
const instanceValues: Values = (instance, filter) => {
  if (filter === 'instance-id') return instance.id;
  if (filter === 'instance-state-name') return instance.state;
  if (filter === 'instance-type') return instance.type;
  if (filter === 'availability-zone') return instance.zone;
  if (filter === 'state-reason-code') return instance.stateReason?.code;
  if (filter === 'instance-lifecycle') return instance.spot ? 'spot' : undefined;
  if (filter.startsWith('tag:')) return instance.tags[filter.slice('tag:'.length)];
  throw new AwsError('InvalidParameterValue', `The filter '${filter}' is invalid`);
};

const spotValues: Values = (instance, filter) => {
  if (filter === 'instance-id') return instance.id;
  if (filter === 'state') return instance.spot?.state;
  if (filter === 'status-code') return instance.spot?.statusCode;
  if (filter === 'spot-instance-request-id') return instance.spot?.id;
  throw new AwsError('InvalidParameterValue', `The filter '${filter}' is invalid`);
};

/** Filters are joined by AND, their values by OR; `*` and `?` are wildcards. */
const filtered = (instances: Ec2Instance[], filters: readonly Filter[] | undefined, values: Values): Ec2Instance[] => {
  const tests = (filters ?? []).map((filter) => {
    const name = filter.Name ?? '';
    const exact = new Set(filter.Values);
    const patterns = (filter.Values ?? []).filter((value) => /[*?]/.test(value)).map(wildcard);
    return (instance: Ec2Instance): boolean => {
      const value = values(instance, name);
      return value !== undefined && (exact.has(value) || patterns.some((pattern) => pattern.test(value)));
    };
  });
  return instances.filter((instance) => tests.every((test) => test(instance)));
};

const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
