import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type Filter,
  type Route,
  type RouteTable,
  type VpcEndpoint,
  type Subnet as Wire,
} from '@aws-sdk/client-ec2';
import { batches } from '../core/batches.ts';
import type { Subnet } from '../model/surroundings.ts';

const VALUES_PER_FILTER = 200; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
const PAGE = 1000;
const ROUTE_TABLES_PAGE = 100; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html

/**
 * The subnets with these ids and how tasks without a public address get out of them; those that do not exist are left
 * out. A subnet without a route table of its own has the VPC's main one.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
 */
export async function describeSubnets(ec2: EC2Client, ids: readonly string[]): Promise<readonly Subnet[]> {
  const found = await Promise.all(
    batches(ids, VALUES_PER_FILTER).map((Values) => listSubnets(ec2, [{ Name: 'subnet-id', Values }])),
  );
  const subnets = found.flat();
  const vpcs = [...new Set(subnets.flatMap(({ VpcId }) => VpcId ?? []))];
  if (vpcs.length === 0) return [];
  const inVpcs = [{ Name: 'vpc-id', Values: vpcs }];
  const [tables, endpoints] = await Promise.all([listRouteTables(ec2, inVpcs), listEndpoints(ec2, inVpcs)]);
  return subnets.map((wire) => {
    const table = tableOf(wire, tables);
    return {
      id: wire.SubnetId ?? '',
      vpc: wire.VpcId ?? '',
      zone: wire.AvailabilityZone ?? '',
      freeAddresses: wire.AvailableIpAddressCount ?? 0,
      wayOut: table ? wayOut(table) : 'unknown',
      endpoints: hasEndpoints(
        endpoints.filter(({ VpcId }) => VpcId === wire.VpcId),
        table,
      ),
    };
  });
}

const associated = (table: RouteTable, wire: Wire): boolean =>
  (table.Associations ?? []).some(({ SubnetId }) => SubnetId !== undefined && SubnetId === wire.SubnetId);

const tableOf = (wire: Wire, tables: readonly RouteTable[]): RouteTable | undefined =>
  tables.find((table) => associated(table, wire)) ??
  tables.find((table) => table.VpcId === wire.VpcId && (table.Associations ?? []).some(({ Main }) => Main));

function wayOut({ Routes }: RouteTable): Subnet['wayOut'] {
  const route = (Routes ?? []).find(
    ({ DestinationCidrBlock: to, State }) => to === '0.0.0.0/0' && State !== 'blackhole',
  );
  if (!route) return 'none';
  return route.GatewayId?.startsWith('igw-') ? 'internet-gateway' : throughAppliance(route);
}

/** NAT gateways and instances, transit gateways, VPNs and firewalls: whatever they do, tasks need no public address. */
const throughAppliance = (route: Route): 'nat' | 'unknown' =>
  [
    route.NatGatewayId,
    route.TransitGatewayId,
    route.NetworkInterfaceId,
    route.InstanceId,
    route.VpcPeeringConnectionId,
    route.LocalGatewayId,
    route.CarrierGatewayId,
    route.CoreNetworkArn,
    route.GatewayId,
  ].some((way) => way !== undefined)
    ? 'nat'
    : 'unknown';

/**
 * What a Fargate task on platform version 1.4.0 needs in a VPC without a way out: images come from ECR, their layers
 * from S3, logs go to CloudWatch.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
const NEEDED = ['ecr.api', 'ecr.dkr', 'logs', 's3'];

function hasEndpoints(endpoints: readonly VpcEndpoint[], table: RouteTable | undefined): boolean {
  const reachable = endpoints.filter(
    ({ VpcEndpointType, RouteTableIds }) =>
      VpcEndpointType !== 'Gateway' || (RouteTableIds ?? []).some((id) => id === table?.RouteTableId),
  );
  return NEEDED.every((service) => reachable.some(({ ServiceName }) => ServiceName?.endsWith(`.${service}`)));
}

async function listSubnets(ec2: EC2Client, Filters: Filter[]): Promise<readonly Wire[]> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters, MaxResults: PAGE }));
  return Subnets ?? [];
}

async function listRouteTables(ec2: EC2Client, Filters: Filter[]): Promise<readonly RouteTable[]> {
  const tables: RouteTable[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeRouteTablesCommand({ Filters, MaxResults: ROUTE_TABLES_PAGE, ...(NextToken && { NextToken }) }),
    );
    tables.push(...(page.RouteTables ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return tables;
}

async function listEndpoints(ec2: EC2Client, Filters: Filter[]): Promise<readonly VpcEndpoint[]> {
  const endpoints: VpcEndpoint[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeVpcEndpointsCommand({ Filters, MaxResults: PAGE, ...(NextToken && { NextToken }) }),
    );
    endpoints.push(...(page.VpcEndpoints ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return endpoints.filter(({ State }) => State?.toLowerCase() === 'available');
}
