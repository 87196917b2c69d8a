import type { Queue } from '../sqs/queue.ts';
import type { Sqs } from '../sqs/service.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { Destination, RuleTarget } from './attempts.ts';
import type { EventBus } from './bus.ts';
import type { StackReader } from './template.ts';

export type RuleProperties = {
  readonly EventPattern?: unknown;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly EventBusName?: string;
  readonly Targets?: readonly TargetProperties[];
};

type TargetProperties = Readonly<Record<string, unknown>> & {
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: unknown };
};

type RuleContext = {
  readonly properties: RuleProperties;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly functions: ReadonlyMap<string, AsyncInvocations>;
  readonly sqs: Sqs;
  readonly bus: EventBus;
};

/** Creates a rule of the template on the bus. @throws Error for what is not imitated or CloudFormation refuses */
export const createRule = (stack: StackReader, logicalId: string, context: RuleContext): void => {
  const { properties, bus } = context;
  const { EventPattern, ScheduleExpression, State, EventBusName = 'default', Targets = [] } = properties;
  if (EventBusName !== 'default') throw new Error(`${logicalId}: only rules of the default event bus are imitated`);
  const targets = Targets.map((target) => {
    for (const name of ['Input', 'InputPath', 'InputTransformer']) {
      if (name in target) throw new Error(`${logicalId}: ${name} of a target is not imitated`);
    }
    return createTarget(stack, logicalId, { ...context, target });
  });
  bus.addRule({
    name: stack.nameOf(logicalId),
    arn: stack.arnOf(logicalId),
    ...(EventPattern === undefined ? {} : { pattern: EventPattern }),
    ...(ScheduleExpression === undefined ? {} : { schedule: ScheduleExpression }),
    enabled: State !== 'DISABLED',
    targets,
  });
};

type TargetContext = RuleContext & { readonly target: TargetProperties };

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
const createTarget = (
  stack: StackReader,
  logicalId: string,
  { target, queues, functions, sqs }: TargetContext,
): RuleTarget => {
  const queueOf = (arn: unknown): Queue => {
    const queue = queues.get(stack.logicalIdOf('AWS::SQS::Queue', String(arn)));
    if (!queue) throw new Error(`${logicalId}: a target is no queue of the stack`);
    return queue;
  };
  const destinationOf = (arn: string): Destination => {
    const invoked = [...functions.values()].find((one) => one.arn === arn);
    if (invoked) return invoked;
    const queue = queueOf(arn);
    return { arn, take: (body) => sqs.send(queue, body) };
  };
  const { MaximumRetryAttempts: attempts = 185, MaximumEventAgeInSeconds: ageSeconds = 86_400 } =
    target.RetryPolicy ?? {};
  if (!(attempts >= 0 && attempts <= 185)) {
    throw new Error(`${logicalId}: MaximumRetryAttempts is ${attempts}; it must be 0 to 185`);
  }
  if (!(ageSeconds >= 60 && ageSeconds <= 86_400)) {
    throw new Error(`${logicalId}: MaximumEventAgeInSeconds is ${ageSeconds}; it must be 60 to 86400`);
  }
  const deadLetters = target.DeadLetterConfig?.Arn;
  return {
    to: destinationOf(String(target.Arn)),
    retry: { attempts, ageSeconds },
    ...(deadLetters === undefined ? {} : { deadLetterQueue: queueOf(deadLetters) }),
  };
};
