import type {
  DescribeNatGatewaysRequest,
  DescribeRouteTablesRequest,
  DescribeVpcEndpointsRequest,
  NatGateway,
  Route,
  RouteTable,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import type { Network, Subnet } from './network.ts';
import { filtered, namedBy, notFound, pageOf, reading } from './request.ts';

const pages = [5, 1_000] as const;

/** The address range of a region's VPC. */
export const vpcCidr = '10.128.0.0/9';

/** How what is in the network of a region gets out of it. */
export const routeOperations = ({ network }: Fleet): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
  DescribeRouteTables: reading<DescribeRouteTablesRequest>(
    ['RouteTableIds', 'Filters', 'MaxResults', 'NextToken'],
    (input, call) => {
      const unknown = (id: string) => notFound('InvalidRouteTableID', `routeTable ID '${id}'`);
      const named = namedBy(tablesOf(network), input.RouteTableIds, ({ id }) => id, unknown);
      const values = {
        'association.main': ({ subnet }: Table) => String(subnet === undefined),
        'association.subnet-id': ({ subnet }: Table) => subnet?.id,
        'route-table-id': ({ id }: Table) => id,
        'vpc-id': () => network.vpcId,
      };
      const { items, nextToken } = pageOf(filtered(named, input.Filters, values), input, [5, 100]);
      return { RouteTables: items.map((each) => routeTableShape(each, network, call.account)), NextToken: nextToken };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
  DescribeNatGateways: reading<DescribeNatGatewaysRequest>(
    ['NatGatewayIds', 'Filter', 'MaxResults', 'NextToken'],
    (input) => {
      const unknown = (id: string) => new AwsError('NatGatewayNotFound', `NatGateway ${id} was not found`);
      const named = namedBy(
        network.subnets().filter(({ wayOut }) => wayOut === 'nat'),
        input.NatGatewayIds,
        natId,
        unknown,
      );
      const values = {
        'nat-gateway-id': natId,
        state: () => 'available',
        'subnet-id': ({ id }: Subnet) => id,
        'vpc-id': () => network.vpcId,
      };
      const { items, nextToken } = pageOf(filtered(named, input.Filter, values), input, pages);
      return { NatGateways: items.map((subnet) => natShape(subnet, network)), NextToken: nextToken };
    },
  ),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
  DescribeVpcEndpoints: reading<DescribeVpcEndpointsRequest>(
    ['VpcEndpointIds', 'Filters', 'MaxResults', 'NextToken'],
    (input, call) => {
      const unknown = (id: string) => notFound('InvalidVpcEndpointId', `Vpc Endpoint Id '${id}'`);
      const named = namedBy([...network.endpoints], input.VpcEndpointIds, endpointId, unknown);
      const values = {
        'service-name': (service: string) => serviceName(service, call.region),
        'vpc-endpoint-id': endpointId,
        'vpc-endpoint-state': () => 'available',
        'vpc-id': () => network.vpcId,
      };
      const { items, nextToken } = pageOf(filtered(named, input.Filters, values), input, pages);
      return {
        VpcEndpoints: items.map((service) => endpointShape(service, network, call.region)),
        NextToken: nextToken,
      };
    },
  ),
});

/** Without a subnet: the main one of the VPC, which holds for subnets without one of their own. */
type Table = { readonly id: string; readonly subnet: Subnet | undefined };

const tablesOf = (network: Network): Table[] => [
  ...network
    .subnets()
    .filter(({ ownRoutes }) => ownRoutes)
    .map((subnet) => ({ id: `rtb-${subnet.zone}`, subnet })),
  { id: `rtb-${network.vpcId}`, subnet: undefined },
];

const natId = ({ zone }: Subnet): string => `nat-${zone}`;

const routeTableShape = ({ id, subnet }: Table, network: Network, account: string): RouteTable => ({
  RouteTableId: id,
  VpcId: network.vpcId,
  OwnerId: account,
  Associations: [
    {
      RouteTableAssociationId: id.replace('rtb-', 'rtbassoc-'),
      RouteTableId: id,
      ...(subnet ? { SubnetId: subnet.id } : {}),
      Main: subnet === undefined,
      AssociationState: { State: 'associated' },
    },
  ],
  Routes: [
    { DestinationCidrBlock: vpcCidr, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
    ...(subnet ? defaultRoutes(subnet, network) : []),
  ],
  Tags: [],
});

const defaultRoutes = (subnet: Subnet, { vpcId }: Network): Route[] => {
  if (subnet.wayOut === 'none') return [];
  const to = subnet.wayOut === 'nat' ? { NatGatewayId: natId(subnet) } : { GatewayId: vpcId.replace('vpc-', 'igw-') };
  return [{ DestinationCidrBlock: '0.0.0.0/0', ...to, Origin: 'CreateRoute', State: 'active' }];
};

const natShape = (subnet: Subnet, network: Network): NatGateway => ({
  NatGatewayId: natId(subnet),
  SubnetId: subnet.id,
  VpcId: network.vpcId,
  State: 'available',
  ConnectivityType: 'public',
  Tags: [],
});

const endpointId = (service: string): string => `vpce-${service}`;

const serviceName = (service: string, region: string): string => `com.amazonaws.${region}.${service}`;

/** S3 has a gateway endpoint in all route tables, the others have interfaces in all subnets. */
const endpointShape = (service: string, network: Network, region: string): VpcEndpoint => ({
  VpcEndpointId: endpointId(service),
  VpcId: network.vpcId,
  ServiceName: serviceName(service, region),
  State: 'Available',
  ...(service === 's3'
    ? { VpcEndpointType: 'Gateway', RouteTableIds: tablesOf(network).map(({ id }) => id) }
    : { VpcEndpointType: 'Interface', SubnetIds: network.subnets().map(({ id }) => id), PrivateDnsEnabled: true }),
});
