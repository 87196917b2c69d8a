import {
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { clientsOf, settle } from '../clients.ts';
import { smallAccount } from '../small-account.ts';

const world = () => {
  const { account, region } = smallAccount();
  const { ec2 } = clientsOf(account.endpoint);
  return { region, ec2, clock: account.clock };
};

describe('Availability Zones', () => {
  test('are three, with ids in another order than their names', async () => {
    const { ec2, clock } = world();
    const { AvailabilityZones } = await settle(clock, ec2.send(new DescribeAvailabilityZonesCommand({})));
    expect(AvailabilityZones?.map(({ ZoneName, ZoneId }) => [ZoneName, ZoneId])).toEqual([
      ['eu-west-1a', 'euw1-az2'],
      ['eu-west-1b', 'euw1-az3'],
      ['eu-west-1c', 'euw1-az1'],
    ]);
    const named = (input: object) => settle(clock, ec2.send(new DescribeAvailabilityZonesCommand(input)));
    expect((await named({ ZoneIds: ['euw1-az3'] })).AvailabilityZones).toMatchObject([{ ZoneName: 'eu-west-1b' }]);
    await expect(named({ ZoneNames: ['eu-west-1z'] })).rejects.toThrow('Invalid availability zone: [eu-west-1z]');
  });

  test('become more when something is built in a fourth', () => {
    const { region } = world();
    region.addInstance({ type: 'm6i.large', zone: 'eu-west-1d' });
    expect(region.parts.fleet.network.zones().map(({ id }) => id)).toContain('euw1-az5');
  });

  test.each([
    ['us-east-1', 'use1-az2'],
    ['ap-southeast-2', 'apse2-az2'],
    ['ca-central-1', 'cac1-az2'],
    ['ap-northeast-1', 'apne1-az2'],
  ])('of %s are called like %s', (name, id) => {
    const { account } = smallAccount({ regions: ['eu-west-1', name] });
    expect(account.region(name).parts.fleet.network.zones()[0]?.id).toBe(id);
  });
});

describe('subnets', () => {
  test('are one for each zone, and instances lie in them', async () => {
    const { ec2, clock, region } = world();
    region.addInstance({ type: 'm6i.large', zone: 'eu-west-1b' });
    const { Reservations } = await settle(clock, ec2.send(new DescribeInstancesCommand({})));
    const [instance] = Reservations?.[0]?.Instances ?? [];
    expect(instance).toMatchObject({ SubnetId: 'subnet-eu-west-1b', VpcId: 'vpc-eu-west-1' });
    const input = { SubnetIds: [instance?.SubnetId ?? ''] };
    const { Subnets } = await settle(clock, ec2.send(new DescribeSubnetsCommand(input)));
    const place = { AvailabilityZone: 'eu-west-1b', AvailabilityZoneId: 'euw1-az3' };
    expect(Subnets).toMatchObject([{ ...place, CidrBlock: '10.136.0.0/13', AvailableIpAddressCount: 524_283 }]);
    const unknown = ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-0'] }));
    await expect(settle(clock, unknown)).rejects.toMatchObject({
      name: 'InvalidSubnetID.NotFound',
      message: "The subnet ID 'subnet-0' does not exist",
    });
  });

  test('have a way out through their NAT gateway, or none', async () => {
    const { ec2, clock, region } = world();
    region.parts.fleet.network.subnet('eu-west-1c').wayOut = 'none';
    const gateways = async (zone: string) => {
      const Filters = [{ Name: 'association.subnet-id', Values: [`subnet-${zone}`] }];
      const { RouteTables } = await settle(clock, ec2.send(new DescribeRouteTablesCommand({ Filters })));
      return RouteTables?.[0]?.Routes?.map((route) => route.NatGatewayId ?? route.GatewayId);
    };
    expect(await gateways('eu-west-1a')).toEqual(['local', 'nat-eu-west-1a']);
    expect(await gateways('eu-west-1c')).toEqual(['local']);
    const { NatGateways } = await settle(clock, ec2.send(new DescribeNatGatewaysCommand({})));
    expect(NatGateways?.map(({ SubnetId }) => SubnetId)).toEqual(['subnet-eu-west-1a', 'subnet-eu-west-1b']);
  });

  test('without a route table of their own have the main one of the VPC, and say how many addresses are free', async () => {
    const { ec2, clock, region } = world();
    Object.assign(region.parts.fleet.network.subnet('eu-west-1c'), { ownRoutes: false, freeAddresses: 3 });
    const tables = async (Name: string, value: string) => {
      const Filters = [{ Name, Values: [value] }];
      return (await settle(clock, ec2.send(new DescribeRouteTablesCommand({ Filters })))).RouteTables ?? [];
    };
    expect(await tables('association.subnet-id', 'subnet-eu-west-1c')).toEqual([]);
    const [main] = await tables('association.main', 'true');
    expect(main?.Associations).toMatchObject([{ Main: true }]);
    expect(main?.Routes?.map(({ GatewayId }) => GatewayId)).toEqual(['local']);
    const input = { SubnetIds: ['subnet-eu-west-1c'] };
    const { Subnets } = await settle(clock, ec2.send(new DescribeSubnetsCommand(input)));
    expect(Subnets).toMatchObject([{ AvailableIpAddressCount: 3 }]);
  });

  test('reach the endpoints of their VPC', async () => {
    const { ec2, clock, region } = world();
    for (const service of ['logs', 's3']) region.parts.fleet.network.endpoints.add(service);
    const { VpcEndpoints } = await settle(clock, ec2.send(new DescribeVpcEndpointsCommand({})));
    expect(VpcEndpoints).toMatchObject([
      { ServiceName: 'com.amazonaws.eu-west-1.logs', VpcEndpointType: 'Interface' },
      { ServiceName: 'com.amazonaws.eu-west-1.s3', VpcEndpointType: 'Gateway', RouteTableIds: expect.anything() },
    ]);
  });

  test('lie in the one VPC, with its security group and without endpoints', async () => {
    const { ec2, clock } = world();
    const { Vpcs } = await settle(clock, ec2.send(new DescribeVpcsCommand({})));
    const { SecurityGroups } = await settle(clock, ec2.send(new DescribeSecurityGroupsCommand({})));
    const { VpcEndpoints = [] } = await settle(clock, ec2.send(new DescribeVpcEndpointsCommand({})));
    expect(Vpcs).toMatchObject([{ VpcId: 'vpc-eu-west-1' }]);
    expect(SecurityGroups).toMatchObject([{ GroupId: 'sg-eu-west-1', VpcId: 'vpc-eu-west-1' }]);
    expect(VpcEndpoints).toEqual([]);
    const unknown = ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-0'] }));
    await expect(settle(clock, unknown)).rejects.toMatchObject({ name: 'InvalidVpcID.NotFound' });
  });
});
