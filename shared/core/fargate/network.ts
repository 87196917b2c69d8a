import type { Finding, Network, ServiceDetail } from '../../model/lending.ts';
import type { Subnet } from '../../model/surroundings.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import type { Circumstances, FargatePolicy } from './circumstances.ts';
import { caution, refusal, when } from './findings.ts';

const SUBNETS = 'networkConfiguration.awsvpcConfiguration.subnets';
const GROUPS = 'networkConfiguration.awsvpcConfiguration.securityGroups';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html */
const most = { subnets: 16, securityGroups: 5 };

/**
 * The network of a service's lent tasks: what policy names, else the main service's own. undefined: neither has subnets,
 * as with bridge and host mode. Tasks on EC2 have no public address, so that only policy gives lent ones one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
 */
export function standbyNetwork(
  { network: own }: Pick<ServiceDetail, 'network'>,
  policy: Pick<FargatePolicy, 'fargateSubnets' | 'fargateSecurityGroups' | 'fargatePublicIp'>,
): Network | undefined {
  const subnets = policy.fargateSubnets.length > 0 ? policy.fargateSubnets : (own?.subnets ?? []);
  if (subnets.length === 0) return undefined;
  return {
    subnets,
    securityGroups:
      policy.fargateSecurityGroups.length > 0 ? policy.fargateSecurityGroups : (own?.securityGroups ?? []),
    assignPublicIp: policy.fargatePublicIp === 'on' || own?.assignPublicIp === true,
  };
}

/** What stands against the network mode and the network that a lent task would have. */
export function networkFindings(definition: TaskDefinition, circumstances: Circumstances): readonly Finding[] {
  const { networkMode = 'bridge' } = definition;
  const { network } = circumstances;
  return [
    ...when(
      networkMode !== 'awsvpc',
      caution(
        'networkMode',
        `on EC2 its tasks are in ${networkMode} mode; on Fargate each has an address of its own, and whoever looks for it at its host's address does not find it`,
      ),
    ),
    ...(network
      ? [...placeFindings(network, circumstances), ...wayOutFindings(network, circumstances.subnets)]
      : [refusal(SUBNETS, 'the service has no subnets of its own; name some with spotkeeper:fargate-subnets')]),
  ];
}

function placeFindings(network: Network, { main, subnets }: Circumstances): readonly Finding[] {
  const own = new Set(main.network?.securityGroups);
  const foreign = network.securityGroups.filter((id) => !own.has(id));
  const vpcs = [...new Set(subnets.map(({ vpc }) => vpc))];
  return [
    ...when(
      network.securityGroups.length === 0 && main.network === undefined,
      refusal(GROUPS, 'the service has no security groups; name some with spotkeeper:fargate-security-groups'),
    ),
    ...when(
      foreign.length > 0,
      caution(
        GROUPS,
        `${foreign.join(', ')} come from the settings; databases and caches that admit the service's own groups must admit them too`,
      ),
    ),
    ...when(
      vpcs.length > 1,
      refusal(SUBNETS, `its subnets are in several VPCs (${vpcs.join(', ')}); name those of one`),
    ),
    ...when(
      network.subnets.length > most.subnets,
      refusal(SUBNETS, `${network.subnets.length} subnets; at most ${most.subnets} are allowed`),
    ),
    ...when(
      network.securityGroups.length > most.securityGroups,
      refusal(GROUPS, `${network.securityGroups.length} security groups; at most ${most.securityGroups} are allowed`),
    ),
  ];
}

/** On EC2 the instance pulls images and sends logs; on Fargate the task's own subnet must let it. */
function wayOutFindings(network: Network, subnets: readonly Subnet[]): readonly Finding[] {
  const known = new Map(subnets.map((subnet) => [subnet.id, subnet]));
  const ways = network.subnets.map((id) => ({ id, way: wayOut(known.get(id), network.assignPublicIp) }));
  const named = (wanted: string) => ways.filter(({ way }) => way === wanted).map(({ id }) => id);
  const [blocked, endpoints, unknown] = [named('blocked'), named('endpoints'), named('unknown')];
  const from = (ids: readonly string[]) => `from ${ids.join(', ')}`;
  return [
    ...when(
      blocked.length > 0,
      refusal(
        SUBNETS,
        `${from(blocked)} a task has no way out to pull its image; give them a NAT gateway or VPC endpoints, name others with spotkeeper:fargate-subnets, or, where an internet gateway is, set spotkeeper:fargate-public-ip=on`,
      ),
    ),
    ...when(
      endpoints.length > 0,
      caution(
        SUBNETS,
        `${from(endpoints)} a task reaches only what has a VPC endpoint; its image, its logs and all that it calls need one`,
      ),
    ),
    ...when(
      unknown.length > 0,
      caution(SUBNETS, `whether a task has a way out ${from(unknown)} is not known; it needs one to pull its image`),
    ),
  ];
}

function wayOut(subnet: Subnet | undefined, publicIp: boolean): 'open' | 'endpoints' | 'blocked' | 'unknown' {
  if (!subnet || subnet.wayOut === 'unknown') return 'unknown';
  if (subnet.wayOut === 'nat' || (subnet.wayOut === 'internet-gateway' && publicIp)) return 'open';
  return subnet.endpoints ? 'endpoints' : 'blocked';
}
