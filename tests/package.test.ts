import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inlineKeys } from '../scripts/esbuild/shake-schemas.mjs';
import { checkForwarderRegion, forwarderTemplate } from '../scripts/forwarder.mjs';
import { dropRedundant } from '../scripts/osls/drop-redundant-depends-on.mjs';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { referencesResolve, rightsAreNarrow } from './tidy/permissions.ts';
import { ofType, referencesIn, type Template } from './tidy/template.ts';

let template: Template;
beforeAll(async () => {
  template = await packagedTemplate();
}, 120_000);

const properties = (id: string) => template.Resources[id]?.Properties;

describe('the packaged stack', () => {
  test('refers to nothing that it does not have', () => {
    expect(referencesResolve(template)).toEqual([]);
  });

  test('runs its function on Node 24 on arm64 with JSON logs that end after 30 days', () => {
    expect(properties('InterruptionLambdaFunction')).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1024,
      Timeout: 20,
      Handler: 'dist/interruption/index.handler',
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(properties('InterruptionLogGroup').RetentionInDays).toBe(30);
  });

  test('observes the region it is deployed to, unless told otherwise', () => {
    const { Variables } = properties('InterruptionLambdaFunction').Environment;
    expect(Variables).toMatchObject({ SPOTKEEPER_MODE: 'observe', SPOTKEEPER_REGIONS: { Ref: 'AWS::Region' } });
  });

  test.each([
    ['NoticeQueue', 1000, 1],
    ['WakeUpQueue', 1, 0],
    ['ObservationQueue', 1000, 1],
  ])('hands the messages of %s over in batches of %i within %i s, to two at once', (queue, size, seconds) => {
    const [mapping, ...others] = ofType(template, 'AWS::Lambda::EventSourceMapping')
      .map(([, resource]) => resource.Properties)
      .filter(({ EventSourceArn }) => referencesIn(EventSourceArn).includes(queue));
    expect(others).toEqual([]);
    expect(mapping).toMatchObject({
      BatchSize: size,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mapping.MaximumBatchingWindowInSeconds ?? 0).toBe(seconds);
  });

  test.each(['NoticeQueue', 'WakeUpQueue', 'ObservationQueue'])(
    'receives a message of %s four times before it is deleted unseen',
    (queue) => {
      const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = properties(queue);
      const { Timeout } = properties('InterruptionLambdaFunction');
      const longestDelaySeconds = 600;
      expect(VisibilityTimeout).toBeGreaterThan(Timeout);
      expect(RedrivePolicy.maxReceiveCount).toBe(4);
      expect(MessageRetentionPeriod).toBeGreaterThan(longestDelaySeconds + 4 * VisibilityTimeout);
    },
  );

  test('lets each rule send to its targets and its dead-letter queue, and nobody else', () => {
    const sends = ofType(template, 'AWS::Events::Rule').flatMap(([rule, { Properties }]) =>
      referencesIn(Properties.Targets).map((queue) => `${rule} -> ${queue}`),
    );
    const may = ofType(template, 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) => {
      const [{ Principal, Condition }] = Properties.PolicyDocument.Statement;
      expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
      const [queue] = referencesIn(Properties.Queues);
      return referencesIn(Condition.ArnEquals['aws:SourceArn']).map((rule) => `${rule} -> ${queue}`);
    });
    expect(may.sort()).toEqual(sends.sort());
  });

  test('gives a notice up after its two minutes, and alarms when one waits or is given up', () => {
    const [target] = properties('SpotInterruptionWarningRule').Targets;
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 120 });
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.MetricName);
    expect(alarms.sort()).toEqual(['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible']);
  });

  test('is packaged once: a second ask gets the same', async () => {
    expect(await packagedTemplate()).toEqual(template);
  });
});

describe('the forwarder of a further region', () => {
  test('has the rules of the main stack but for the schedule, each with the main bus as its target', () => {
    const forwarder: Template = forwarderTemplate(template, 'eu-west-1');
    const patterns = ({ Resources }: Template) =>
      Object.values(Resources).flatMap(({ Properties }) => Properties.EventPattern ?? []);
    expect(patterns(forwarder)).toEqual(patterns(template));
    expect(ofType(forwarder, 'AWS::Events::Rule').some(([, rule]) => rule.Properties.ScheduleExpression)).toBe(false);
    for (const [, rule] of ofType(forwarder, 'AWS::Events::Rule')) {
      expect(referencesIn(rule.Properties.Targets)).toContain('MainRegion');
    }
  });

  test('may put events on that bus and nothing else', () => {
    const forwarder: Template = forwarderTemplate(template, 'eu-west-1');
    expect(rightsAreNarrow(forwarder)).toEqual([]);
    expect(referencesResolve(forwarder)).toEqual([]);
    const [policy] = forwarder.Resources.ForwarderRole?.Properties.Policies ?? [];
    expect(policy.PolicyDocument.Statement).toHaveLength(1);
    expect(policy.PolicyDocument.Statement[0].Action).toBe('events:PutEvents');
  });

  test.each(['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'eusc-de-east-1'])('can be in %s', (region) => {
    expect(() => checkForwarderRegion(region, 'eu-west-1')).not.toThrow();
  });

  test.each(['us-east1', 'useast-1-a', '', '../../x', 'eu-west-1'])('cannot be in "%s", which it says', (region) => {
    expect(() => checkForwarderRegion(region, 'eu-west-1')).toThrow(`--forwarder is "${region}"`);
  });
});

describe('the build', () => {
  test('writes constant keys into the schemas of the SDK and leaves every other computed key', () => {
    const source = 'const _a = "A";\nconst o = { [_a]: 1, [_b]: 2, [f()]: 3 };\n';
    expect(inlineKeys(source)).toBe('const _a = "A";\nconst o = { "A": 1, [_b]: 2, [f()]: 3 };\n');
  });

  test('finds the keys of the SDK that is installed', () => {
    const file = join('node_modules', '@aws-sdk', 'client-ec2', 'dist-es', 'schemas', 'schemas_0.js');
    const source = readFileSync(file, 'utf8');
    expect(inlineKeys(source)).not.toMatch(/\[_\w+\]:/);
    expect(source).toMatch(/\[_\w+\]:/);
  });
});

test('a dependency that a reference implies is dropped, any other stays', () => {
  const resource = { DependsOn: ['Role', 'LogGroup'], Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
  dropRedundant(resource);
  expect(resource.DependsOn).toEqual(['LogGroup']);
  const implied: { DependsOn?: string; Properties: object } = {
    DependsOn: 'Role',
    Properties: { Role: { Ref: 'Role' } },
  };
  dropRedundant(implied);
  expect(implied).not.toHaveProperty('DependsOn');
});
