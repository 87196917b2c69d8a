import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inlineKeys } from '../scripts/esbuild/shake-schemas.mjs';
import { checkForwarderRegion, forwarderTemplate } from '../scripts/forwarder.mjs';
import { dropRedundant } from '../scripts/osls/drop-redundant-depends-on.mjs';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { referencesResolve, rightsAreNarrow } from './tidy/permissions.ts';
import { list, ofType, referencesIn, statementsOf, type Template } from './tidy/template.ts';

let bare: Template;
let lending: Template;
beforeAll(async () => {
  [bare, lending] = await Promise.all([packagedTemplate(), packagedTemplate({ failover: true })]);
}, 120_000);

const variants: readonly (readonly [string, () => Template])[] = [
  ['without failover', () => bare],
  ['with failover', () => lending],
];

const resource = (template: Template, id: string) => template.Resources[id]?.Properties;

/** Each event source mapping with the queue and the function that it connects. */
const mappings = (template: Template) =>
  ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
    const [queue = ''] = referencesIn(Properties.EventSourceArn);
    const [id = ''] = referencesIn(Properties.FunctionName);
    return { ...Properties, queue, function: resource(template, id), settings: resource(template, queue) };
  });

describe.each(variants)('the stack packaged %s', (_, packaged) => {
  test('refers to nothing that it does not have', () => {
    expect(referencesResolve(packaged())).toEqual([]);
  });

  test('runs its functions on Node 24 on arm64 with JSON logs that end after 30 days', () => {
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Lambda::Function')) {
      const LoggingConfig = { LogFormat: 'JSON' };
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 1024,
        LoggingConfig,
      });
    }
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(30);
    }
  });

  test('observes the region it is deployed to, unless told otherwise', () => {
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Lambda::Function')) {
      expect(Properties.Environment.Variables).toMatchObject({
        SPOTKEEPER_MODE: 'observe',
        SPOTKEEPER_REGIONS: { Ref: 'AWS::Region' },
      });
    }
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  test('leaves half of the 4 KB of environment that Lambda allows to longer values', () => {
    for (const [, { Properties }] of ofType(packaged(), 'AWS::Lambda::Function')) {
      const text = JSON.stringify(Properties.Environment.Variables);
      expect(text.length).toBeLessThan(2048);
    }
  });

  test('receives a message four times before it is deleted unseen, each time for longer than its function runs', () => {
    for (const { settings, ...mapping } of mappings(packaged())) {
      const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = settings;
      const longestDelaySeconds = 600;
      expect(VisibilityTimeout).toBeGreaterThan(mapping.function.Timeout);
      expect(RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
        maxReceiveCount: 4,
      });
      expect(MessageRetentionPeriod).toBeGreaterThan(longestDelaySeconds + 4 * VisibilityTimeout);
    }
  });

  test('lets each rule send to its targets and its dead-letter queue, and nobody else', () => {
    const sends = ofType(packaged(), 'AWS::Events::Rule').flatMap(([rule, { Properties }]) =>
      referencesIn(Properties.Targets).map((queue) => `${rule} -> ${queue}`),
    );
    const may = ofType(packaged(), 'AWS::SQS::QueuePolicy').flatMap(([, { Properties }]) => {
      const [{ Principal, Condition }] = Properties.PolicyDocument.Statement;
      expect(Principal).toEqual({ Service: 'events.amazonaws.com' });
      const [queue] = referencesIn(Properties.Queues);
      return referencesIn(Condition.ArnEquals['aws:SourceArn']).map((rule) => `${rule} -> ${queue}`);
    });
    expect(may.sort()).toEqual(sends.sort());
  });

  test('gives a notice up after its two minutes, and alarms when one waits or is given up', () => {
    const notices = ofType(packaged(), 'AWS::Events::Rule').filter(([id]) =>
      id.endsWith('SpotInterruptionWarningRule'),
    );
    for (const [, { Properties }] of notices) {
      expect(Properties.Targets).toMatchObject([{ RetryPolicy: { MaximumEventAgeInSeconds: 120 } }]);
    }
    const alarms = ofType(packaged(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.MetricName);
    expect(alarms.sort()).toEqual(['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible']);
  });
});

describe('the packaged stack', () => {
  test.each([
    ['NoticeQueue', 'interruption', 20, 1000, 1],
    ['WakeUpQueue', 'interruption', 20, 1, 0],
    ['ObservationQueue', 'interruption', 20, 1000, 1],
    ['FailoverQueue', 'failover', 60, 1000, 1],
  ])('hands the messages of %s to %s, which has %i s, in batches of %i within %i s, to two at once', (...row) => {
    const [queue, flow, timeout, size, seconds] = row;
    const [mapping, ...others] = mappings(lending).filter((one) => one.queue === queue);
    expect(others).toEqual([]);
    expect(mapping).toMatchObject({
      BatchSize: size,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      function: { Handler: `dist/${flow}/index.handler`, Timeout: timeout },
    });
    expect(mapping?.MaximumBatchingWindowInSeconds ?? 0).toBe(seconds);
  });

  test('sends the wake-ups of each function to a queue that feeds it', () => {
    for (const { queue, function: its } of mappings(lending)) {
      const [wakeUps] = referencesIn(its.Environment.Variables.SPOTKEEPER_WAKE_UP_QUEUE_URL);
      expect(wakeUps).toBe(queue === 'FailoverQueue' ? 'FailoverQueue' : 'WakeUpQueue');
    }
  });

  test('has nothing of failover unless that is on, and otherwise the same', () => {
    expect(Object.keys(bare.Resources).filter((id) => /failover/i.test(id))).toEqual([]);
    const others = Object.keys(lending.Resources).filter((id) => !id.startsWith('Failover'));
    expect(others).toEqual(Object.keys(bare.Resources));
  });

  test('passes the roles that it was told to ECS tasks and EC2 instances, and to nobody else', () => {
    const passes = ofType(lending, 'AWS::IAM::Role').flatMap(([, role]) =>
      statementsOf(role).filter(({ Action }) => list(Action).includes('iam:PassRole')),
    );
    const passTo = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: ['arn:aws:iam::123456789012:role/ecs/*'],
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    expect(passes).toEqual([passTo('ecs-tasks.amazonaws.com'), passTo('ec2.amazonaws.com')]);
  });

  test('is packaged once: a second ask gets the same, of each variant', async () => {
    expect(await packagedTemplate({ failover: true })).toEqual(lending);
    expect(await packagedTemplate()).toEqual(bare);
  });
});

describe('the forwarder of a further region', () => {
  const patterns = ({ Resources }: Template) =>
    Object.values(Resources).flatMap(({ Properties }) => (Properties.EventPattern ? [Properties.EventPattern] : []));

  test.each(variants)(
    'has the patterns of the main stack %s, each once, with the main bus as target',
    (_, packaged) => {
      const forwarder: Template = forwarderTemplate(packaged(), 'eu-west-1');
      const wanted = new Set(patterns(packaged()).map((pattern) => JSON.stringify(pattern)));
      expect(patterns(forwarder).map((pattern) => JSON.stringify(pattern))).toEqual([...wanted]);
      expect(ofType(forwarder, 'AWS::Events::Rule').some(([, rule]) => rule.Properties.ScheduleExpression)).toBe(false);
      for (const [, rule] of ofType(forwarder, 'AWS::Events::Rule')) {
        expect(referencesIn(rule.Properties.Targets)).toContain('MainRegion');
      }
    },
  );

  test('may put events on that bus and nothing else', () => {
    const forwarder: Template = forwarderTemplate(lending, 'eu-west-1');
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
