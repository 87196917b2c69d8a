import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Operation } from '../service.ts';
import { page } from '../world/page.ts';
import { instanceShape, spotRequestShape } from './descriptions.ts';
import { type Fleet, isUp } from './fleet.ts';
import { type Ec2Instance, sizeOf, stateCode } from './instance.ts';
import { type FilterValues, filtered, type Paging, pageSize, reading } from './request.ts';

/** Instances and the Spot requests behind them. */
export const instanceOperations = (fleet: Fleet): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
  DescribeInstances: reading<DescribeInstancesRequest>(
    ['InstanceIds', 'Filters', 'MaxResults', 'NextToken'],
    (input, call): DescribeInstancesResult => {
      if (input.InstanceIds?.length && input.MaxResults !== undefined) {
        const message = 'The parameter instancesSet cannot be used with the parameter maxResults';
        throw new AwsError('InvalidParameterCombination', message);
      }
      const values = instanceValues(fleet);
      const chosen = filtered(named(fleet, input.InstanceIds, call.hides), input.Filters, values, ({ tags }) => tags);
      const result = page(chosen, pageRequest(input));
      return {
        Reservations: result.items.map((instance) => ({
          ReservationId: `r-${instance.id.slice(2)}`,
          OwnerId: call.account,
          Groups: [],
          Instances: [instanceShape(instance, fleet.network)],
        })),
        NextToken: result.nextToken,
      };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
  DescribeSpotInstanceRequests: reading<DescribeSpotInstanceRequestsRequest>(
    ['SpotInstanceRequestIds', 'Filters', 'MaxResults', 'NextToken'],
    (input): DescribeSpotInstanceRequestsResult => {
      const spot = [...fleet.instances.values()].filter((instance) => instance.spot !== undefined);
      const ids = new Set(input.SpotInstanceRequestIds);
      const known = new Set(spot.map((instance) => instance.spot?.id));
      for (const id of ids) {
        if (known.has(id)) continue;
        const message = `The spot instance request ID '${id}' does not exist`;
        throw new AwsError('InvalidSpotInstanceRequestID.NotFound', message);
      }
      const wanted = ids.size > 0 ? spot.filter((instance) => ids.has(instance.spot?.id ?? '')) : spot;
      const result = page(
        filtered(wanted, input.Filters, spotValues, () => ({})),
        pageRequest(input),
      );
      return { SpotInstanceRequests: result.items.flatMap(spotRequestShape), NextToken: result.nextToken };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
  TerminateInstances: reading<TerminateInstancesRequest>(['InstanceIds'], (input): TerminateInstancesResult => {
    if (!input.InstanceIds?.length) {
      throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceId');
    }
    return {
      TerminatingInstances: named(fleet, input.InstanceIds).map((instance) => {
        const previous = instance.state;
        fleet.terminate(instance.id);
        return {
          InstanceId: instance.id,
          PreviousState: { Code: stateCode[previous], Name: previous },
          CurrentState: { Code: stateCode[instance.state], Name: instance.state },
        };
      }),
    };
  }),
});

// One unknown id fails the whole call, as does one that was made a moment ago: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
const named = (fleet: Fleet, ids: readonly string[] | undefined, hides?: Call['hides']): Ec2Instance[] => {
  const isSeen = (ec2: Ec2Instance | undefined) => ec2 !== undefined && !hides?.(ec2.launchedAt);
  if (!ids?.length) return [...fleet.instances.values()].filter(isSeen);
  const unknown = ids.filter((id) => !isSeen(fleet.instances.get(id)));
  if (unknown.length === 1) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${unknown[0]}' does not exist`);
  }
  if (unknown.length > 1) {
    throw new AwsError('InvalidInstanceID.NotFound', `The instance IDs '${unknown.join(', ')}' do not exist`);
  }
  return [...new Set(ids)].map((id) => fleet.find(id)).sort((a, b) => a.sequence - b.sequence);
};

const pageRequest = (input: Paging) => ({
  size: pageSize(input, 5, 1_000),
  token: input.NextToken || undefined,
  invalidTokenCode: 'InvalidParameterValue',
});

const instanceValues = ({ network }: Fleet): FilterValues<Ec2Instance> => ({
  architecture: ({ type }) => sizeOf(type).arch,
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zone }) => network.zoneId(zone),
  'image-id': ({ imageId }) => imageId,
  'instance-id': ({ id }) => id,
  'instance-lifecycle': ({ spot }) => (spot ? 'spot' : undefined),
  'instance-state-code': ({ state }) => String(stateCode[state]),
  'instance-state-name': ({ state }) => state,
  'instance-type': ({ type }) => type,
  'private-ip-address': (instance) => (isUp(instance) ? instance.privateIp : undefined),
  'reservation-id': ({ id }) => `r-${id.slice(2)}`,
  'spot-instance-request-id': ({ spot }) => spot?.id,
  'state-reason-code': ({ stateReason }) => stateReason?.code,
  'subnet-id': ({ zone }) => network.subnetOf(zone),
  'vpc-id': () => network.vpcId,
});

const spotValues: FilterValues<Ec2Instance> = {
  'instance-id': ({ id }) => id,
  'launch.instance-type': ({ type }) => type,
  'launched-availability-zone': ({ zone }) => zone,
  'spot-instance-request-id': ({ spot }) => spot?.id,
  state: ({ spot }) => spot?.state,
  'status-code': ({ spot }) => spot?.statusCode,
  type: () => 'one-time',
};
