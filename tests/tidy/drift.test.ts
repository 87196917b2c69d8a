import { describe, expect, test } from 'vitest';
import { rulesEqualPatterns, settingsAreOffered } from './drift.ts';
import { referencesResolve, rightsAreNarrow, rolesAllowWhatBundlesCall } from './permissions.ts';

const patterns = {
  noticed: { source: ['aws.ec2'], 'detail-type': ['Notice'] },
  changed: { source: ['aws.ecs'], 'detail-type': ['Change'], detail: { state: ['a', 'b'] } },
  ticked: { source: ['aws.events'], 'detail-type': ['Scheduled Event'] },
  woken: { source: ['spotkeeper'], 'detail-type': ['wake-up'] },
};
const rule = (Properties: object) => ({ Type: 'AWS::Events::Rule', Properties });
const Resources = {
  NoticeRule: rule({ EventPattern: patterns.noticed }),
  ChangeRule: rule({ EventPattern: structuredClone(patterns.changed) }),
  TickRule: rule({ ScheduleExpression: 'rate(1 minute)' }),
};
const kinds = Object.keys(patterns);

describe('rules and patterns', () => {
  test('agree when each accepted event has its rule, ticks a schedule and wake-ups none', () => {
    expect(rulesEqualPatterns(patterns, kinds, { Resources })).toEqual([]);
  });

  test('differ by a rule that is missing', () => {
    const { NoticeRule, ...rest } = Resources;
    expect(NoticeRule).toBeDefined();
    expect(rulesEqualPatterns(patterns, kinds, { Resources: rest })).toHaveLength(1);
  });

  test('differ by one word of a pattern, which leaves an event without rule and a rule without event', () => {
    const other = rule({ EventPattern: { ...patterns.changed, detail: { state: ['a'] } } });
    expect(rulesEqualPatterns(patterns, kinds, { Resources: { ...Resources, ChangeRule: other } })).toHaveLength(2);
  });

  test('differ by a second rule for the same event', () => {
    const twice = { ...Resources, AgainRule: Resources.NoticeRule };
    expect(rulesEqualPatterns(patterns, kinds, { Resources: twice })).toHaveLength(1);
  });

  test('differ by a rule or a schedule that no flow accepts, and by a schedule that is missing', () => {
    expect(rulesEqualPatterns(patterns, ['noticed'], { Resources })).toHaveLength(2);
    const { TickRule, ...rest } = Resources;
    expect(TickRule).toBeDefined();
    expect(rulesEqualPatterns(patterns, kinds, { Resources: rest })).toHaveLength(1);
  });
});

test('a setting must be handed on by serverless.yml and have a row in the README', () => {
  const settings = { mode: { env: 'SPOTKEEPER_MODE', param: 'mode', tag: 'spotkeeper:mode', initial: 'observe' } };
  const yaml = { path: 'serverless.yml', text: '    mode: observe\n      SPOTKEEPER_MODE: ${param:mode}\n' };
  const readme = { path: 'README.md', text: '| `mode` | `spotkeeper:mode` | observe or act |\n' };
  expect(settingsAreOffered(settings, [yaml, readme])).toEqual([]);
  expect(settingsAreOffered(settings, [])).toHaveLength(3);
  expect(settingsAreOffered(settings, [{ ...yaml, text: yaml.text.replace('observe', 'act') }, readme])).toHaveLength(
    1,
  );
  expect(settingsAreOffered(settings, [yaml, { ...readme, text: '| `mode` |' }])).toHaveLength(1);
});

const statement = (Action: string, Resource: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

const stack = (...Statement: object[]) => ({
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement } }] } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Handler: 'dist/drainer/index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  },
});

describe('rights', () => {
  const bundles = {
    outputs: {
      'dist/drainer/index.mjs': {
        inputs: {
          'node_modules/@aws-sdk/client-ecs/dist-es/commands/StopTaskCommand.js': { bytesInOutput: 9 },
          'node_modules/@aws-sdk/client-ecs/dist-es/commands/RunTaskCommand.js': { bytesInOutput: 0 },
          'node_modules/@aws-sdk/client-sqs/dist-es/commands/SendMessageBatchCommand.js': { bytesInOutput: 9 },
        },
      },
    },
  };
  const logs = [statement('logs:CreateLogStream', 'arn'), statement('logs:PutLogEvents', 'arn')];
  const stop = statement('ecs:StopTask', 'arn');
  const send = statement('sqs:SendMessage', 'arn');

  test('that equal what the bundle calls are right', () => {
    expect(rolesAllowWhatBundlesCall(bundles, stack(...logs, stop, send))).toEqual([]);
  });

  test('that the bundle needs and the role lacks are told, and so are those that nothing needs', () => {
    expect(rolesAllowWhatBundlesCall(bundles, stack(...logs, send))).toHaveLength(1);
    expect(
      rolesAllowWhatBundlesCall(bundles, stack(...logs, stop, send, statement('ecs:RunTask', 'arn'))),
    ).toHaveLength(1);
  });

  test('of a function without bundle are told', () => {
    expect(rolesAllowWhatBundlesCall({ outputs: {} }, stack())).toHaveLength(1);
  });

  test('with a wildcard, or on every resource without need, are told', () => {
    expect(rightsAreNarrow(stack(statement('ecs:*', 'arn')))).toHaveLength(1);
    expect(rightsAreNarrow(stack(statement('ecs:StopTask', '*')))).toHaveLength(1);
    expect(rightsAreNarrow(stack(statement('ecs:ListTasks', '*')))).toHaveLength(1);
    expect(rightsAreNarrow(stack(statement('ecs:ListTasks', '*', { ArnLike: { 'ecs:cluster': 'arn' } })))).toEqual([]);
    expect(rightsAreNarrow(stack(statement('ecs:ListClusters', '*'), stop))).toEqual([]);
  });

  test('on a resource that the template does not have are told', () => {
    expect(referencesResolve(stack(statement('ecs:StopTask', { Ref: 'Nowhere' })))).toHaveLength(1);
    expect(
      referencesResolve(stack(statement('ecs:StopTask', { 'Fn::Sub': 'arn:${AWS::Region}:${Role.Arn}' }))),
    ).toEqual([]);
  });
});
