import type {
  AvailabilityZone,
  DescribeAvailabilityZonesRequest,
  DescribeSecurityGroupsRequest,
  DescribeSubnetsRequest,
  DescribeVpcsRequest,
  Subnet as SubnetShape,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import type { Network, Subnet, Zone } from './network.ts';
import { filtered, namedBy, notFound, pageOf, reading, tagList } from './request.ts';
import { vpcCidr } from './route-operations.ts';

const pages = [5, 1_000] as const;

/** The network of a region: enough to find out whether a subnet has a way out. */
export const networkOperations = ({ network }: Fleet): Record<string, Operation> => ({
  ...placeOperations(network),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
  DescribeSecurityGroups: reading<DescribeSecurityGroupsRequest>(
    ['GroupIds', 'Filters', 'MaxResults', 'NextToken'],
    (input, call) => {
      const group = { id: network.securityGroupId, name: 'default' };
      const named = namedBy(
        [group],
        input.GroupIds,
        ({ id }) => id,
        (id) => notFound('InvalidGroup', `security group '${id}'`),
      );
      const chosen = filtered(named, input.Filters, {
        'group-id': ({ id }) => id,
        'group-name': ({ name }) => name,
        'vpc-id': () => network.vpcId,
      });
      return {
        SecurityGroups: chosen.map(({ id, name }) => ({
          GroupId: id,
          GroupName: name,
          Description: 'default VPC security group',
          OwnerId: call.account,
          VpcId: network.vpcId,
          IpPermissions: [],
          IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
          Tags: [],
        })),
      };
    },
  ),
});

const placeOperations = (network: Network): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
  DescribeAvailabilityZones: reading<DescribeAvailabilityZonesRequest>(
    ['ZoneNames', 'ZoneIds', 'Filters', 'AllAvailabilityZones'],
    (input, call) => {
      const invalid = (zone: string) => new AwsError('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
      const byName = namedBy(network.zones(), input.ZoneNames, ({ name }) => name, invalid);
      const named = namedBy(byName, input.ZoneIds, ({ id }) => id, invalid);
      const chosen = filtered(named, input.Filters, {
        'region-name': () => call.region,
        state: () => 'available',
        'zone-id': ({ id }) => id,
        'zone-name': ({ name }) => name,
        'zone-type': () => 'availability-zone',
      });
      return { AvailabilityZones: chosen.map((zone) => zoneShape(zone, call.region)) };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
  DescribeSubnets: reading<DescribeSubnetsRequest>(
    ['SubnetIds', 'Filters', 'MaxResults', 'NextToken'],
    (input, call) => {
      const unknown = (id: string) => new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
      const named = namedBy(network.subnets(), input.SubnetIds, ({ id }) => id, unknown);
      const values = {
        'availability-zone': ({ zone }: Subnet) => zone,
        'availability-zone-id': ({ zone }: Subnet) => network.zoneId(zone),
        'cidr-block': ({ cidr }: Subnet) => cidr,
        state: () => 'available',
        'subnet-id': ({ id }: Subnet) => id,
        'vpc-id': () => network.vpcId,
      };
      const chosen = filtered(named, input.Filters, values, ({ tags }) => tags);
      const { items, nextToken } = pageOf(chosen, input, pages);
      return { Subnets: items.map((subnet) => subnetShape(subnet, network, call.account)), NextToken: nextToken };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
  DescribeVpcs: reading<DescribeVpcsRequest>(['VpcIds', 'Filters', 'MaxResults', 'NextToken'], (input, call) => {
    const named = namedBy(
      [network.vpcId],
      input.VpcIds,
      (id) => id,
      (id) => notFound('InvalidVpcID', `vpc ID '${id}'`),
    );
    const chosen = filtered(named, input.Filters, { state: () => 'available', 'vpc-id': (id) => id });
    return {
      Vpcs: chosen.map((id) => ({
        VpcId: id,
        CidrBlock: vpcCidr,
        IsDefault: false,
        OwnerId: call.account,
        State: 'available' as const,
        Tags: [],
      })),
    };
  }),
});

const zoneShape = ({ name, id }: Zone, region: string): AvailabilityZone => ({
  ZoneName: name,
  ZoneId: id,
  RegionName: region,
  State: 'available',
  OptInStatus: 'opt-in-not-required',
  GroupName: region,
  NetworkBorderGroup: region,
  ZoneType: 'availability-zone',
});

const subnetShape = (subnet: Subnet, network: Network, account: string): SubnetShape => ({
  SubnetId: subnet.id,
  AvailabilityZone: subnet.zone,
  AvailabilityZoneId: network.zoneId(subnet.zone),
  CidrBlock: subnet.cidr,
  AvailableIpAddressCount: subnet.freeAddresses,
  DefaultForAz: false,
  MapPublicIpOnLaunch: false,
  OwnerId: account,
  State: 'available',
  VpcId: network.vpcId,
  Tags: tagList(subnet.tags),
});
