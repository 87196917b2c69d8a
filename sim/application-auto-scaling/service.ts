import type * as Api from '@aws-sdk/client-application-auto-scaling';
import { AwsError, type Call, type Service } from '../service.ts';
import { checkRange } from '../validation.ts';
import { page } from '../world/page.ts';
import { type ScalableTarget, scaledCount } from './scalable-target.ts';

/** Where the desired counts of ECS services are read and changed. */
export type DesiredCounts = {
  /** undefined: there is no such service */
  get(service: ServiceName): number | undefined;
  set(service: ServiceName, desired: number): void;
};

/** `resourceId` is `service/cluster-name/service-name`. */
export type ServiceName = { readonly region: string; readonly resourceId: string };

type Policy = Api.ScalingPolicy & { readonly sequence: number; readonly region: string };

/**
 * Application Auto Scaling for the desired counts of ECS services. Policies are kept, not followed: `scale` stands for
 * their alarms. https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
 */
export class ApplicationAutoScaling implements Service {
  readonly id = 'application-auto-scaling';
  readonly #desired: DesiredCounts;
  readonly #targets = new Map<string, ScalableTarget>();
  readonly #policies = new Map<string, Policy>();
  #made = 0;

  constructor(desired: DesiredCounts) {
    this.#desired = desired;
  }

  /**
   * A scaling activity wants a service to have `wanted` tasks, as when an alarm of a policy goes off.
   * @returns the count that the service has then
   * @throws Error for a service that is no scalable target, or is gone
   */
  scale(service: ServiceName, wanted: number): number {
    const target = this.#targets.get(key(service));
    const current = this.#desired.get(service);
    if (!target || current === undefined) throw new Error(`${service.resourceId} is not a scalable target`);
    const count = scaledCount(target, current, wanted);
    if (count !== current) this.#desired.set(service, count);
    return count;
  }

  readonly operations: Service['operations'] = {
    /** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
    RegisterScalableTarget: (input: Api.RegisterScalableTargetRequest, call): Api.RegisterScalableTargetResponse => {
      checkDimension(input);
      if (input.Tags) throw notImitated('Tags');
      const service = named(input, call);
      const current = this.#desired.get(service);
      if (current === undefined) throw invalid(`ECS service doesn't exist: ${service.resourceId}`);
      const target = this.#registered(input, call);
      const within = Math.min(target.max, Math.max(target.min, current));
      if (within !== current) this.#desired.set(service, within);
      return { ScalableTargetARN: target.arn };
    },

    /** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html */
    DeregisterScalableTarget: (input: Api.DeregisterScalableTargetRequest, call): object => {
      checkDimension(input);
      const service = named(input, call);
      if (!this.#targets.delete(key(service))) throw missing('No scalable target found', input);
      for (const [name, policy] of this.#policies) {
        if (policy.region === call.region && policy.ResourceId === service.resourceId) this.#policies.delete(name);
      }
      return {};
    },

    /** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
    DescribeScalableTargets: (input: Api.DescribeScalableTargetsRequest, call): Api.DescribeScalableTargetsResponse => {
      checkDimension(input);
      const { ResourceIds: ids } = input;
      const found = [...this.#targets.values()].filter(
        ({ region, resourceId }) => region === call.region && (!ids?.length || ids.includes(resourceId)),
      );
      const { items, nextToken } = onePage(found, input, 50);
      return { ScalableTargets: items.map(targetShape), NextToken: nextToken };
    },

    /** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html */
    PutScalingPolicy: (input: Api.PutScalingPolicyRequest, call): Api.PutScalingPolicyResponse => {
      checkDimension(input);
      const service = named(input, call);
      if (!this.#targets.has(key(service))) throw missing('No scalable target registered', input);
      const policy = this.#policy(input, call);
      this.#policies.set(`${key(service)} ${input.PolicyName}`, policy);
      return { PolicyARN: policy.PolicyARN, Alarms: [] };
    },

    /** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html */
    DeleteScalingPolicy: (input: Api.DeleteScalingPolicyRequest, call): object => {
      checkDimension(input);
      const name = `${key(named(input, call))} ${input.PolicyName}`;
      if (!this.#policies.delete(name)) throw missing(`No scaling policy ${input.PolicyName} found`, input);
      return {};
    },

    /** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
    DescribeScalingPolicies: (input: Api.DescribeScalingPoliciesRequest, call): Api.DescribeScalingPoliciesResponse => {
      checkDimension(input);
      const { ResourceId: id, PolicyNames: names } = input;
      const found = [...this.#policies.values()].filter(
        (policy) =>
          policy.region === call.region &&
          (id === undefined || policy.ResourceId === id) &&
          (!names?.length || names.includes(policy.PolicyName ?? '')),
      );
      const { items, nextToken } = onePage(found, input, 10);
      return { ScalingPolicies: items.map(({ sequence, region, ...policy }) => policy), NextToken: nextToken };
    },
  };

  #registered(input: Api.RegisterScalableTargetRequest, call: Call): ScalableTarget {
    const service = named(input, call);
    const known = this.#targets.get(key(service));
    const { MinCapacity: min = known?.min, MaxCapacity: max = known?.max, RoleARN: roleArn } = input;
    for (const [member, value] of [
      ['minCapacity', min],
      ['maxCapacity', max],
    ] as const) {
      if (value === undefined) throw invalid(`${member} must be given for a new scalable target`);
      checkRange(member, value, { least: 0, most: Number.MAX_SAFE_INTEGER, code: 'ValidationException' });
    }
    if (min === undefined || max === undefined || max < min) {
      throw invalid('Maximum capacity cannot be less than minimum capacity');
    }
    const target = known ?? this.#newTarget(service, call, roleArn);
    target.min = min;
    target.max = max;
    target.suspended = { ...target.suspended, ...input.SuspendedState };
    this.#targets.set(key(service), target);
    return target;
  }

  #newTarget(service: ServiceName, { at, account }: Call, roleArn?: string): ScalableTarget {
    this.#made += 1;
    const id = String(this.#made).padStart(34, '0');
    return {
      ...service,
      sequence: this.#made,
      arn: `arn:aws:application-autoscaling:${service.region}:${account}:scalable-target/${id}`,
      createdAt: at,
      roleArn: roleArn ?? serviceLinkedRole(account),
      min: 0,
      max: 0,
      suspended: notSuspended,
    };
  }

  #policy(input: Api.PutScalingPolicyRequest, call: Call): Policy {
    const known = this.#policies.get(`${key(named(input, call))} ${input.PolicyName}`);
    const { PolicyType: type = known?.PolicyType ?? 'StepScaling' } = input;
    const configuration = configurations[type];
    if (!configuration) throw notImitated(`PolicyType ${type}`);
    if (known && known.PolicyType !== type) throw invalid('The policy type of a scaling policy cannot be changed');
    if (!input[configuration]) throw invalid(`${configuration} is missing for the policy type ${type}`);
    if (!known) this.#made += 1;
    const { PolicyName: name, ResourceId: id, ServiceNamespace, ScalableDimension } = input;
    const uuid = `00000000-0000-4000-b000-${String(this.#made).padStart(12, '0')}`;
    const arn = `arn:aws:autoscaling:${call.region}:${call.account}:scalingPolicy:${uuid}:resource/ecs/${id}:policyName/${name}`;
    return {
      sequence: known?.sequence ?? this.#made,
      region: call.region,
      PolicyARN: known?.PolicyARN ?? arn,
      PolicyName: name,
      ServiceNamespace,
      ResourceId: id,
      ScalableDimension,
      PolicyType: type,
      [configuration]: input[configuration],
      Alarms: [],
      CreationTime: known?.CreationTime ?? new Date(call.at),
    };
  }
}

const key = ({ region, resourceId }: ServiceName): string => `${region} ${resourceId}`;

const named = ({ ResourceId: resourceId = '' }: { ResourceId?: string | undefined }, { region }: Call): ServiceName => {
  if (!/^service\/[^/]+\/[^/]+$/.test(resourceId)) throw invalid(`Unsupported service resource ID: ${resourceId}`);
  return { region, resourceId };
};

type Dimension = { ServiceNamespace?: string | undefined; ScalableDimension?: string | undefined };

const checkDimension = ({ ServiceNamespace: namespace, ScalableDimension: dimension }: Dimension): void => {
  if (namespace !== 'ecs') throw notImitated(`the service namespace ${namespace}`);
  if (dimension !== undefined && dimension !== 'ecs:service:DesiredCount') throw notImitated(dimension);
};

const configurations: Readonly<
  Record<string, 'StepScalingPolicyConfiguration' | 'TargetTrackingScalingPolicyConfiguration'>
> = {
  StepScaling: 'StepScalingPolicyConfiguration',
  TargetTrackingScaling: 'TargetTrackingScalingPolicyConfiguration',
};

const onePage = <T extends { readonly sequence: number }>(
  items: readonly T[],
  { MaxResults: size, NextToken: token }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  most: number,
) => {
  checkRange('maxResults', size, { least: 1, most, code: 'ValidationException' });
  return page(items, { size: size ?? most, token, invalidTokenCode: 'InvalidNextTokenException' });
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

const notImitated = (what: string): AwsError =>
  new AwsError('NotImplemented', `the simulated Application Auto Scaling does not imitate ${what}`, 501);

const missing = (what: string, input: Dimension & { ResourceId?: string | undefined }): AwsError =>
  new AwsError(
    'ObjectNotFoundException',
    `${what} for service namespace: ${input.ServiceNamespace}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}`,
  );

const notSuspended: Api.SuspendedState = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

const serviceLinkedRole = (account: string): string =>
  `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;

const targetShape = (target: ScalableTarget): Api.ScalableTarget => ({
  ServiceNamespace: 'ecs',
  ResourceId: target.resourceId,
  ScalableDimension: 'ecs:service:DesiredCount',
  MinCapacity: target.min,
  MaxCapacity: target.max,
  RoleARN: target.roleArn,
  CreationTime: new Date(target.createdAt),
  SuspendedState: target.suspended,
  ScalableTargetARN: target.arn,
});
