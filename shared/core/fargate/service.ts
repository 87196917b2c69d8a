import type { Balancer, Finding } from '../../model/lending.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import { arnIn, type Circumstances } from './circumstances.ts';
import { caution, refusal, when } from './findings.ts';

/** What stands against a service having a standby on Fargate, apart from its task definition and its load balancers. */
export const serviceFindings = ({ main, policy, balancers }: Circumstances): readonly Finding[] => [
  ...when(main.daemon, refusal('schedulingStrategy', 'a daemon belongs to its instances; Fargate has none')),
  ...when(
    main.serviceConnect === 'server',
    refusal(
      'serviceConnectConfiguration',
      'its Service Connect names belong to one service only, so that nobody would find lent tasks; a client alone can be lent',
    ),
  ),
  ...when(
    main.lattice,
    refusal('vpcLatticeConfigurations', 'VPC Lattice sends requests to the targets of one service, not to lent tasks'),
  ),
  ...when(
    main.registries.length > 0,
    policy.cloudMap === 'share'
      ? caution('serviceRegistries', 'lent tasks are registered beside the main ones; see that clients find both')
      : refusal(
          'serviceRegistries',
          'two services in one Cloud Map registry are not documented by AWS; spotkeeper:cloud-map=share dares it',
        ),
  ),
  ...when(
    main.volumes,
    refusal('volumeConfigurations', 'each of its tasks gets a volume at launch; standby services configure none'),
  ),
  ...when(
    main.constraints.some(({ type }) => type === 'memberOf'),
    caution('service.placementConstraints', 'left out: they say where on EC2 tasks run, and mean nothing on Fargate'),
  ),
  ...when(
    main.controller === 'EXTERNAL' && balancers.length === 0,
    caution(
      'deploymentController',
      'its task sets show no target group; lent tasks get no requests from a load balancer',
    ),
  ),
];

/**
 * The target groups of a standby: those that carry production, and for instance targets the ip target group that policy
 * names. Tasks on Fargate are ip targets; two services may share a group.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html
 */
export function standbyBalancers(
  definition: TaskDefinition,
  circumstances: Circumstances,
): { readonly balancers: readonly Balancer[]; readonly findings: readonly Finding[] } {
  const chosen = circumstances.balancers.map((balancer, index) =>
    inPlaceOf(balancer, { definition, circumstances, first: firstInstanceGroup(definition, circumstances) === index }),
  );
  return {
    balancers: chosen.flatMap(({ balancer }) => balancer ?? []),
    findings: chosen.flatMap(({ findings }) => findings),
  };
}

type Choice = { readonly balancer?: Balancer; readonly findings: readonly Finding[] };

function inPlaceOf(
  balancer: Balancer,
  { definition, circumstances, first }: { definition: TaskDefinition; circumstances: Circumstances; first: boolean },
): Choice {
  const { targetGroup } = balancer;
  const parameter = `loadBalancers[${nameOf(targetGroup)}]`;
  if (!isTargetGroup(targetGroup)) {
    return { findings: [refusal(parameter, 'a Classic Load Balancer has no ip targets; use a target group')] };
  }
  const type = typeOf(targetGroup, definition, circumstances);
  // A standby deploys by rolling: it has no second target group.
  const plain = { ...balancer, alternate: undefined, productionRule: undefined };
  if (type === 'ip') return { balancer: plain, findings: [] };
  const named = arnIn(circumstances.policy.ipTargetGroup);
  const why = `its targets are of the type ${type}, and tasks on Fargate are ip targets`;
  if (named === undefined || type !== 'instance') {
    const advice = 'name an ip target group that gets the same requests with spotkeeper:ip-target-group';
    return { findings: [refusal(parameter, `${why}; ${advice}`)] };
  }
  if (!first) {
    return { findings: [refusal(parameter, `${why}; ${nameOf(named)} stands in for one target group, not for two`)] };
  }
  const namedType = circumstances.targetTypes.get(named);
  if (namedType !== 'ip') {
    const is = namedType === undefined ? 'was not found' : `has targets of the type ${namedType}`;
    return {
      findings: [refusal('spotkeeper:ip-target-group', `${nameOf(named)} ${is}; an ip target group is needed`)],
    };
  }
  const says = `${why}; ${nameOf(named)} stands in: a listener rule must send it its share of the requests`;
  return { balancer: { ...plain, targetGroup: named }, findings: [caution(parameter, says)] };
}

const firstInstanceGroup = (definition: TaskDefinition, circumstances: Circumstances): number =>
  circumstances.balancers.findIndex(
    ({ targetGroup }) => isTargetGroup(targetGroup) && typeOf(targetGroup, definition, circumstances) === 'instance',
  );

/** Where the type could not be read, the network mode tells it: ECS lets awsvpc tasks into ip groups only. */
const typeOf = (targetGroup: string, { networkMode }: TaskDefinition, { targetTypes }: Circumstances): string =>
  targetTypes.get(targetGroup) ?? (networkMode === 'awsvpc' ? 'ip' : 'instance');

const isTargetGroup = (arn: string): boolean => arn.includes(':targetgroup/');

/** `arn:…:targetgroup/web/0123456789abcdef` is `web`. */
const nameOf = (arn: string): string => arn.split('/').at(1) ?? arn;
