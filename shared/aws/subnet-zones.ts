import { DescribeSubnetsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { batches } from '../core/batches.ts';

const VALUES_PER_FILTER = 200; // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html

/** The Availability Zone of each of these subnets, by their ids; those that do not exist are left out. */
export async function subnetZones(ec2: EC2Client, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const pages = await Promise.all(
    batches(ids, VALUES_PER_FILTER).map((Values) =>
      ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values }] })),
    ),
  );
  return new Map(
    pages.flatMap(({ Subnets = [] }) =>
      Subnets.flatMap(({ SubnetId: id, AvailabilityZone: zone }) => (id && zone ? [[id, zone] as const] : [])),
    ),
  );
}
