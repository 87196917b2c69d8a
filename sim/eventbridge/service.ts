import type * as Api from '@aws-sdk/client-eventbridge';
import type { EventBus, Rule } from '../delivery/bus.ts';
import { AwsError, type Call, type Service } from '../service.ts';
import { checkRange } from '../validation.ts';
import { page } from '../world/page.ts';
import { putEvent } from './put-event.ts';

/**
 * EventBridge over the simulated default bus: rules are read and switched, custom events put. Rules are made by the stack.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html
 * @param bus the bus of the account, once a stack is deployed
 */
export const eventBridgeService = (bus: () => EventBus | undefined): Service => {
  const busOf = (call: Call, name: string | undefined): EventBus => {
    if (name !== undefined && name !== 'default' && !name.endsWith(':event-bus/default')) {
      throw notImitated(`the event bus ${name}`);
    }
    const found = bus();
    if (found?.region !== call.region) throw notImitated(`an event bus in ${call.region}`);
    return found;
  };
  const ruleOf = (call: Call, { Name, EventBusName }: RuleName): Rule => {
    const rule = busOf(call, EventBusName).rules.find(({ name }) => name === Name);
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${Name} does not exist on EventBus default.`);
  };
  const switchRule = (input: RuleName, call: Call, enabled: boolean): object => {
    busOf(call, input.EventBusName).setEnabled(ruleOf(call, input), enabled);
    return {};
  };
  return {
    id: 'eventbridge',
    operations: {
      /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
      ListRules: (input: Api.ListRulesRequest, call): Api.ListRulesResponse => {
        const rules = busOf(call, input.EventBusName).rules.map((rule, sequence) => ({ rule, sequence }));
        const chosen = rules.filter(({ rule }) => rule.name.startsWith(input.NamePrefix ?? ''));
        const { items, nextToken } = onePage(chosen, input);
        return { Rules: items.map(({ rule }) => ruleShape(rule)), NextToken: nextToken };
      },

      /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
      DescribeRule: (input: Api.DescribeRuleRequest, call): Api.DescribeRuleResponse => ({
        ...ruleShape(ruleOf(call, input)),
        CreatedBy: call.account,
      }),

      /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html */
      ListTargetsByRule: (input: Api.ListTargetsByRuleRequest, call): Api.ListTargetsByRuleResponse => {
        const { targets } = ruleOf(call, { Name: input.Rule, EventBusName: input.EventBusName });
        const { items, nextToken } = onePage(
          targets.map((target, sequence) => ({ target, sequence })),
          input,
        );
        return { Targets: items.map(({ target }) => targetShape(target)), NextToken: nextToken };
      },

      /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html */
      EnableRule: (input: Api.EnableRuleRequest, call) => switchRule(input, call, true),

      /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html */
      DisableRule: (input: Api.DisableRuleRequest, call) => switchRule(input, call, false),

      /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
      PutEvents: (input: Api.PutEventsRequest, call): Api.PutEventsResponse => {
        if (input.EndpointId !== undefined) throw notImitated('EndpointId');
        const entries = input.Entries ?? [];
        checkSize(entries);
        const results = entries.map((entry) => putEvent(entry, busOf(call, entry.EventBusName)));
        return { Entries: results, FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length };
      },
    },
  };
};

type RuleName = { readonly Name: string | undefined; readonly EventBusName?: string | undefined };

const notImitated = (what: string): AwsError =>
  new AwsError('NotImplemented', `the simulated EventBridge does not imitate ${what}`, 501);

const onePage = <T extends { readonly sequence: number }>(
  items: readonly T[],
  { Limit: size, NextToken: token }: { Limit?: number | undefined; NextToken?: string | undefined },
) => {
  checkRange('limit', size, { least: 1, most: 100, code: 'ValidationException' });
  return page(items, { size: size ?? 100, token, invalidTokenCode: 'ValidationException' });
};

const mostBytes = 256 * 1_024;

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const checkSize = (entries: readonly Api.PutEventsRequestEntry[]): void => {
  if (entries.length < 1 || entries.length > 10) {
    const bound = entries.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 10';
    const text = `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`;
    throw new AwsError('ValidationException', text);
  }
  const texts = entries.flatMap(({ Source, DetailType, Detail, Resources = [] }) => [
    Source,
    DetailType,
    Detail,
    ...Resources,
  ]);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  if (bytes < mostBytes) return;
  throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
};

const ruleShape = ({ name, enabled, definition: { arn, pattern, schedule } }: Rule): Api.Rule => ({
  Name: name,
  Arn: arn,
  State: enabled ? 'ENABLED' : 'DISABLED',
  EventBusName: 'default',
  ...(pattern === undefined ? {} : { EventPattern: JSON.stringify(pattern) }),
  ...(schedule === undefined ? {} : { ScheduleExpression: schedule }),
});

const targetShape = ({ to, retry, deadLetterQueue }: Rule['targets'][number]): Api.Target => ({
  Id: to.arn.slice(to.arn.lastIndexOf(':') + 1),
  Arn: to.arn,
  ...(deadLetterQueue && { DeadLetterConfig: { Arn: deadLetterQueue.options.arn } }),
  RetryPolicy: { MaximumRetryAttempts: retry?.attempts ?? 185, MaximumEventAgeInSeconds: retry?.ageSeconds ?? 86_400 },
});
