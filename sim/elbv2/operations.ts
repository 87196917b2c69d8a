import type {
  DeregisterTargetsInput,
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealth,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call, Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import { page } from '../world/page.ts';
import type { Target, TargetGroup } from './target-group.ts';

/** The target groups of one region by ARN. */
export type TargetGroups = Map<string, TargetGroup>;

/** The Elastic Load Balancing v2 operations of one region, in SDK shapes. */
export const elbv2Operations = (groups: TargetGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
  DescribeTargetGroups: (input: DescribeTargetGroupsInput): DescribeTargetGroupsOutput => {
    const found = page(chosen(groups, input), {
      size: input.PageSize ?? 400,
      token: input.Marker,
      invalidTokenCode: 'ValidationError',
    });
    return { TargetGroups: found.items.map(groupShape), NextMarker: found.nextToken };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html */
  DescribeTargetGroupAttributes: (input: DescribeTargetGroupAttributesInput): DescribeTargetGroupAttributesOutput => {
    return { Attributes: attributesOf(find(groups, input.TargetGroupArn)) };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html */
  DescribeTargetHealth: (input: DescribeTargetHealthInput, { hides }): DescribeTargetHealthOutput => {
    const group = find(groups, input.TargetGroupArn);
    const asked = input.Targets;
    return {
      TargetHealthDescriptions: asked?.length
        ? asked.map((target) => askedHealth(group, target, hides))
        : [...group.targets.values()]
            .filter(({ registeredAt }) => !hides?.(registeredAt))
            .map((target) => targetShape(group, target)),
    };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html */
  DeregisterTargets: (input: DeregisterTargetsInput, { caller }): object => {
    const group = find(groups, input.TargetGroupArn);
    for (const target of input.Targets ?? []) {
      for (const place of places(group, target)) group.deregister(place, caller);
    }
    return {};
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html */
  RegisterTargets: (input: RegisterTargetsInput): object => {
    const group = find(groups, input.TargetGroupArn);
    for (const target of input.Targets ?? []) {
      group.register({ id: target.Id ?? '', port: target.Port ?? group.options.port });
    }
    return {};
  },
});

/** @throws AwsError TargetGroupNotFound */
export const find = (groups: TargetGroups, arn: string | undefined): TargetGroup => {
  const group = groups.get(arn ?? '');
  if (!group) throw new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return group;
};

const chosen = (groups: TargetGroups, input: DescribeTargetGroupsInput): TargetGroup[] => {
  const { TargetGroupArns: arns, Names: names, LoadBalancerArn: loadBalancer } = input;
  if (arns?.length) return arns.map((arn) => find(groups, arn)).sort((a, b) => a.sequence - b.sequence);
  const all = [...groups.values()];
  if (loadBalancer !== undefined) return all.filter((group) => group.loadBalancerArn === loadBalancer);
  if (!names?.length) return all;
  const found = all.filter((group) => names.includes(group.options.name));
  if (found.length < names.length) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  return found;
};

// Without a port a target means the group's own port, and every port that the address was registered with.
const places = (group: TargetGroup, target: TargetDescription) => {
  const id = target.Id ?? '';
  if (target.Port !== undefined) return [{ id, port: target.Port }];
  return [...group.targets.values()].filter(
    (registered) => registered.id === id && registered.port === group.options.port,
  );
};

const askedHealth = (group: TargetGroup, asked: TargetDescription, hides: Call['hides']): TargetHealthDescription => {
  const port = asked.Port ?? group.options.port;
  const target = group.find(asked.Id ?? '', port);
  if (target && !hides?.(target.registeredAt)) return targetShape(group, target);
  return {
    Target: { Id: asked.Id, Port: port },
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  };
};

const healths: Readonly<Record<Target['state'], TargetHealth>> = {
  unhealthy: { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' },
  initial: {
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  },
  healthy: { State: 'healthy' },
  draining: {
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
  unused: { State: 'unused', Reason: 'Target.NotRegistered', Description: 'Target is not registered' },
};

const targetShape = (group: TargetGroup, target: Target): TargetHealthDescription => ({
  Target: { Id: target.id, Port: target.port, AvailabilityZone: target.zone },
  HealthCheckPort: String(target.port || group.options.port),
  TargetHealth: healths[target.state],
});

/** The attributes of a target group as DescribeTargetGroupAttributes gives them. */
export const attributesOf = ({ options }: TargetGroup) => [
  { Key: 'deregistration_delay.timeout_seconds', Value: String(options.deregistrationDelaySeconds) },
  { Key: 'stickiness.enabled', Value: 'false' },
];

/** A target group as DescribeTargetGroups gives it. */
export const groupShape = (group: TargetGroup) => {
  const { name, kind, targetType, port, healthCheckIntervalSeconds, healthyThresholdCount } = group.options;
  const protocol = kind === 'application' ? ('HTTP' as const) : ('TCP' as const);
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: name,
    Protocol: protocol,
    Port: port,
    TargetType: targetType,
    HealthCheckProtocol: protocol,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheckIntervalSeconds,
    HealthyThresholdCount: healthyThresholdCount,
    LoadBalancerArns: [group.loadBalancerArn],
  };
};
