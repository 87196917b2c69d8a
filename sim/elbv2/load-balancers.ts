import type * as Api from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation } from '../service.ts';
import { page } from '../world/page.ts';
import { find, type TargetGroups } from './operations.ts';
import type { TargetGroup } from './target-group.ts';

const dateOf = new Date(Date.UTC(2026, 0, 1));

/**
 * The load balancers of a region: each target group has one of its own with one listener, whose default rule forwards to
 * it or, after ModifyListener or a blue/green deployment, to another group.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html
 */
export const loadBalancerOperations = (groups: TargetGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
  DescribeLoadBalancers: (input: Api.DescribeLoadBalancersInput): Api.DescribeLoadBalancersOutput => {
    const { LoadBalancerArns: arns, Names: names } = input;
    const all = [...groups.values()].filter(({ loadBalancerArn, options }) =>
      arns?.length ? arns.includes(loadBalancerArn) : !names?.length || names.includes(options.name),
    );
    const asked = arns?.length ?? names?.length ?? 0;
    if (all.length < asked) throw new AwsError('LoadBalancerNotFound', 'One or more load balancers not found');
    const found = page(all, pageOf(input));
    return { LoadBalancers: found.items.map(loadBalancerShape), NextMarker: found.nextToken };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html */
  DescribeListeners: (input: Api.DescribeListenersInput): Api.DescribeListenersOutput => {
    const { ListenerArns: arns, LoadBalancerArn: arn } = input;
    const all = [...groups.values()].filter((group) =>
      arns?.length ? arns.includes(listenerArn(group)) : group.loadBalancerArn === arn,
    );
    if (all.length === 0) {
      const code = arns?.length ? 'ListenerNotFound' : 'LoadBalancerNotFound';
      throw new AwsError(code, `${arns?.length ? 'One or more listeners' : `Load balancer '${arn}'`} not found`);
    }
    const found = page(all, pageOf(input));
    return { Listeners: found.items.map((group) => listenerShape(group, groups)), NextMarker: found.nextToken };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html */
  DescribeRules: (input: Api.DescribeRulesInput): Api.DescribeRulesOutput => {
    const { RuleArns: arns, ListenerArn: listener } = input;
    const asked = arns?.length ? arns.map((arn) => ofRule(groups, arn)) : [ofListener(groups, listener)];
    return { Rules: asked.map((group) => ruleShape(group, groups)) };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html: the traffic follows at once */
  ModifyListener: (input: Api.ModifyListenerInput): Api.ModifyListenerOutput => {
    const group = ofListener(groups, input.ListenerArn);
    const [action] = input.DefaultActions ?? [];
    const weighted = (action?.ForwardConfig?.TargetGroups ?? []).filter(({ Weight = 1 }) => Weight > 0);
    if (input.DefaultActions?.length !== 1 || action?.Type !== 'forward' || weighted.length > 1) {
      throw new AwsError(
        'NotImplemented',
        'DefaultActions other than forward to one target group are not imitated',
        501,
      );
    }
    const to = find(groups, action.TargetGroupArn ?? weighted[0]?.TargetGroupArn);
    const from = receiverOf(group, groups);
    if (to !== from) from.load?.moveTo(to);
    return { Listeners: [listenerShape(group, groups)] };
  },
});

const pageOf = (input: { readonly PageSize?: number | undefined; readonly Marker?: string | undefined }) => ({
  size: input.PageSize ?? 400,
  token: input.Marker,
  invalidTokenCode: 'ValidationError',
});

const ofListener = (groups: TargetGroups, arn: string | undefined): TargetGroup => {
  const group = [...groups.values()].find((one) => listenerArn(one) === arn);
  if (!group) throw new AwsError('ListenerNotFound', `Listener '${arn}' not found`);
  return group;
};

const ofRule = (groups: TargetGroups, arn: string): TargetGroup => {
  const group = [...groups.values()].find((one) => ruleArn(one) === arn);
  if (!group) throw new AwsError('RuleNotFound', `Rule '${arn}' not found`);
  return group;
};

// Where the traffic that began at a group goes now.
const receiverOf = (group: TargetGroup, groups: TargetGroups): TargetGroup =>
  [...groups.values()].find(({ load }) => load?.origin === group) ?? group;

const idOf = ({ loadBalancerArn }: TargetGroup): string => loadBalancerArn.slice(loadBalancerArn.lastIndexOf('/') + 1);

const listenerArn = (group: TargetGroup): string =>
  `${group.loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${idOf(group)}`;

/** Of the one listener's default rule. */
export const ruleArn = (group: TargetGroup): string =>
  `${listenerArn(group).replace(':listener/', ':listener-rule/')}/${idOf(group)}`;

const ruleShape = (group: TargetGroup, groups: TargetGroups): Api.Rule => ({
  RuleArn: ruleArn(group),
  Priority: 'default',
  IsDefault: true,
  Conditions: [],
  Actions: [forwardTo(receiverOf(group, groups))],
});

const forwardTo = ({ arn }: TargetGroup): Api.Action => ({ Type: 'forward', TargetGroupArn: arn });

const portOf = ({ options: { kind, port } }: TargetGroup): number => (kind === 'application' ? 80 : port);

const loadBalancerShape = (group: TargetGroup): Api.LoadBalancer => ({
  LoadBalancerArn: group.loadBalancerArn,
  LoadBalancerName: group.options.name,
  DNSName: `${group.options.name}-${idOf(group)}.elb.amazonaws.com`,
  Type: group.options.kind,
  Scheme: 'internal',
  State: { Code: 'active' },
  CreatedTime: dateOf,
});

const listenerShape = (group: TargetGroup, groups: TargetGroups): Api.Listener => ({
  ListenerArn: listenerArn(group),
  LoadBalancerArn: group.loadBalancerArn,
  Port: portOf(group),
  Protocol: group.options.kind === 'application' ? 'HTTP' : 'TCP',
  DefaultActions: [forwardTo(receiverOf(group, groups))],
});
