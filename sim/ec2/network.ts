import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';

/** Of a /13 network, without the five that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const ADDRESSES = 2 ** 19 - 5;

export type Zone = { readonly name: string; readonly id: string };

export type Subnet = {
  readonly sequence: number;
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  readonly tags: Record<string, string>;
  /** where its default route leads: through a NAT gateway of its own, straight to the internet, or there is none */
  wayOut: 'nat' | 'internet-gateway' | 'none';
  /** has it a route table of its own, or the VPC's main one, which leads nowhere? */
  ownRoutes: boolean;
  freeAddresses: number;
};

/** Availability Zone ids of the zones a to f; AWS gives every account another order. */
const zoneNumbers = [2, 3, 1, 5, 6, 4];

/**
 * The network of a region: one VPC with a private subnet `subnet-<zone>` in each Availability Zone, whose traffic leaves
 * through a NAT gateway. A region has the zones a, b and c, and whichever else something was built in.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html
 */
export class Network {
  readonly vpcId: string;
  readonly securityGroupId: string;
  /** VPC endpoints by what follows the region in their service's name, such as `ecr.api` */
  readonly endpoints = new Set<string>();
  readonly #world: World;
  readonly #subnets = new Map<string, Subnet>();

  constructor(world: World) {
    this.#world = world;
    this.vpcId = `vpc-${world.region}`;
    this.securityGroupId = `sg-${world.region}`;
    for (const letter of 'abc') this.subnet(`${world.region}${letter}`);
  }

  /** The subnet of a zone; a zone that the region can have comes into being. @throws AwsError for any other */
  subnet(zone: string): Subnet {
    const found = this.#subnets.get(zone);
    if (found) return found;
    const index = 'abcdef'.indexOf(zone.slice(this.#world.region.length));
    if (!zone.startsWith(this.#world.region) || zone.length !== this.#world.region.length + 1 || index < 0) {
      throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
    }
    const subnet: Subnet = {
      sequence: index + 1,
      id: `subnet-${zone}`,
      zone,
      cidr: `10.${128 + index * 8}.0.0/13`,
      tags: {},
      wayOut: 'nat',
      ownRoutes: true,
      freeAddresses: ADDRESSES,
    };
    this.#subnets.set(zone, subnet);
    return subnet;
  }

  /** Zones by name. */
  zones(): Zone[] {
    return this.subnets().map(({ zone }) => ({ name: zone, id: this.zoneId(zone) }));
  }

  /** `euw1-az2` for a zone name. */
  zoneId(zone: string): string {
    const index = 'abcdef'.indexOf(zone.slice(this.#world.region.length));
    return `${shortRegion(this.#world.region)}-az${zoneNumbers[index]}`;
  }

  /** By zone name. */
  subnets(): Subnet[] {
    return [...this.#subnets.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /** The id of a zone's subnet. */
  subnetOf(zone: string): string {
    return this.subnet(zone).id;
  }

  /** @throws AwsError InvalidSubnetID.NotFound */
  zoneOf(subnetId: string): string {
    const found = this.subnets().find(({ id }) => id === subnetId);
    if (found) return found.zone;
    throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  }
}

// eu-west-1 is euw1, ap-southeast-2 is apse2: https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
const shortRegion = (region: string): string => {
  const [area = '', direction = '', number = ''] = region.split('-');
  const letters = direction.replace('north', 'n').replace('south', 's').replace(/east$/, 'e').replace(/west$/, 'w');
  return `${area}${letters.replace('central', 'c')}${number}`;
};
