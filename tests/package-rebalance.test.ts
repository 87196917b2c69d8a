import { beforeAll, describe, expect, test } from 'vitest';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { ofType, referencesIn, type Template } from './tidy/template.ts';

const ADVICE_SECONDS = 6 * 3_600;

let spreading: Template;
beforeAll(async () => {
  spreading = await packagedTemplate({ rebalance: true });
}, 240_000);

const resource = (id: string) => spreading.Resources[id]?.Properties;

describe('the stack with rebalance', () => {
  test('invokes rebalance every minute, without a mapping whose pollers cost more than the function', () => {
    const { Targets, ScheduleExpression } = resource('RebalanceTickRule');
    expect(ScheduleExpression).toBe('rate(1 minute)');
    expect(Targets.flatMap(({ Arn }: { Arn: unknown }) => referencesIn(Arn))).toEqual(['RebalanceLambdaFunction']);
    const [[, config] = []] = ofType(spreading, 'AWS::Lambda::EventInvokeConfig');
    expect(config?.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(referencesIn(config?.Properties.FunctionName)).toEqual(['RebalanceLambdaFunction']);
    expect(resource('RebalanceTickPermission').Principal).toBe('events.amazonaws.com');
    const polled = ofType(spreading, 'AWS::Lambda::EventSourceMapping').flatMap(([, { Properties }]) =>
      referencesIn(Properties.FunctionName),
    );
    expect(polled).not.toContain('RebalanceLambdaFunction');
  });

  test('keeps recommendations in a queue that rebalance knows, until nobody needs them any more', () => {
    const { Environment, Timeout } = resource('RebalanceLambdaFunction');
    expect(referencesIn(Environment.Variables.SPOTKEEPER_RECOMMENDATION_QUEUE_URL)).toEqual(['RebalanceQueue']);
    const { RedrivePolicy, MessageRetentionPeriod, VisibilityTimeout } = resource('RebalanceQueue');
    expect(VisibilityTimeout).toBeGreaterThan(Timeout);
    expect(MessageRetentionPeriod).toBe(ADVICE_SECONDS);
    expect(referencesIn(RedrivePolicy)).toEqual(['DeadLetterQueue']);
  });
});
