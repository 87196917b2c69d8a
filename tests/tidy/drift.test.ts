import { describe, expect, test } from 'vitest';
import { rulesEqualPatterns, settingsAreOffered } from './drift.ts';
import { referencesResolve, rightsAreNarrow, rolesAllowWhatBundlesCall } from './permissions.ts';

const patterns = {
  noticed: { source: ['aws.ec2'], 'detail-type': ['Notice'] },
  changed: { source: ['aws.ecs'], 'detail-type': ['Change'], detail: { state: ['a', 'b'] } },
  ticked: { source: ['aws.events'], 'detail-type': ['Scheduled Event'] },
  woken: { source: ['spotkeeper'], 'detail-type': ['wake-up'] },
};
const pointer = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const rule = (Properties: object, queue = 'Queue') => ({
  Type: 'AWS::Events::Rule',
  Properties: { ...Properties, Targets: [{ Id: queue, Arn: pointer(queue) }] },
});
const fed = (flow: string, queue: string) => ({
  [`${flow}Function`]: { Type: 'AWS::Lambda::Function', Properties: { Handler: `dist/${flow}/index.handler` } },
  [`${flow}Mapping`]: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: pointer(`${flow}Function`), EventSourceArn: pointer(queue) },
  },
});
const rules = {
  NoticeRule: rule({ EventPattern: patterns.noticed }),
  ChangeRule: rule({ EventPattern: structuredClone(patterns.changed) }),
  TickRule: rule({ ScheduleExpression: 'rate(1 minute)' }),
};
const Resources = { ...fed('drainer', 'Queue'), ...rules };
const accepted = { drainer: Object.keys(patterns) };

const without = (...names: readonly string[]) => ({
  Resources: Object.fromEntries(Object.entries(Resources).filter(([name]) => !names.includes(name))),
});

describe('rules and patterns', () => {
  test('agree when each accepted event has its rule, ticks a schedule and wake-ups none', () => {
    expect(rulesEqualPatterns(patterns, accepted, { Resources })).toEqual([]);
  });

  test('differ by a rule or a schedule that is missing', () => {
    expect(rulesEqualPatterns(patterns, accepted, without('NoticeRule'))).toHaveLength(1);
    expect(rulesEqualPatterns(patterns, accepted, without('TickRule'))).toHaveLength(1);
  });

  test('differ by one word of a pattern, which leaves an event without rule and a rule without event', () => {
    const other = rule({ EventPattern: { ...patterns.changed, detail: { state: ['a'] } } });
    expect(rulesEqualPatterns(patterns, accepted, { Resources: { ...Resources, ChangeRule: other } })).toHaveLength(2);
  });

  test('differ by a second rule for the same event, and by a rule for a wake-up', () => {
    const twice = { ...Resources, AgainRule: Resources.NoticeRule };
    expect(rulesEqualPatterns(patterns, accepted, { Resources: twice })).toHaveLength(1);
    const woken = { ...Resources, WakeRule: rule({ EventPattern: patterns.woken }) };
    expect(rulesEqualPatterns(patterns, accepted, { Resources: woken })).toHaveLength(1);
  });

  test('differ by a rule or a schedule that no flow accepts, and by an event that no file describes', () => {
    expect(rulesEqualPatterns(patterns, { drainer: ['noticed'] }, { Resources })).toHaveLength(2);
    const more = { drainer: [...accepted.drainer, 'unheard'] };
    expect(rulesEqualPatterns(patterns, more, { Resources })).toHaveLength(1);
  });

  const lender = {
    ...fed('lender', 'LenderQueue'),
    LenderRule: rule({ EventPattern: patterns.noticed }, 'LenderQueue'),
  };

  test('of two functions agree when both have a rule of their own for an event that both accept', () => {
    const both = { ...accepted, lender: ['noticed'] };
    expect(rulesEqualPatterns(patterns, both, { Resources: { ...Resources, ...lender } })).toEqual([]);
    const { LenderRule, ...none } = lender;
    expect(LenderRule).toBeDefined();
    expect(rulesEqualPatterns(patterns, both, { Resources: { ...Resources, ...none } })).toHaveLength(1);
  });

  test('agree where a function looks into its queue itself, but not where it only sends wake-ups there', () => {
    const withVariable = (name: string) => {
      const { lenderMapping: _, lenderFunction, LenderRule } = lender as Record<string, { Properties: object }>;
      const Environment = { Variables: { [name]: { Ref: 'LenderQueue' } } };
      const Lender = { ...lenderFunction, Properties: { ...lenderFunction?.Properties, Environment } };
      const LenderQueue = { Type: 'AWS::SQS::Queue', Properties: {} };
      return { ...Resources, LenderQueue, lenderFunction: Lender, LenderRule } as typeof Resources;
    };
    const both = { ...accepted, lender: ['noticed'] };
    expect(rulesEqualPatterns(patterns, both, { Resources: withVariable('MAIL_QUEUE_URL') })).toEqual([]);
    const sends = withVariable('SPOTKEEPER_WAKE_UP_QUEUE_URL');
    expect(rulesEqualPatterns(patterns, both, { Resources: sends })).toHaveLength(2);
  });

  test('differ by a rule of a function that should not be there, or that brings its events to nobody', () => {
    expect(rulesEqualPatterns(patterns, accepted, { Resources: { ...Resources, ...lender } })).toHaveLength(1);
    const lost = { ...Resources, LostRule: rule({ EventPattern: patterns.noticed }, 'NobodysQueue') };
    expect(rulesEqualPatterns(patterns, accepted, { Resources: lost })).toHaveLength(1);
  });
});

test('a setting must be handed on by serverless.yml and have a row in the README', () => {
  const settings = { mode: { env: 'SPOTKEEPER_MODE', param: 'mode', tag: 'spotkeeper:mode', initial: 'observe' } };
  const yaml = { path: 'serverless.yml', text: '    mode: observe\n    SPOTKEEPER_MODE: ${param:mode}\n' };
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

  test('that could reach what is not ours are told when no condition says whose it is', () => {
    const ours = { StringLike: { 'aws:ResourceTag/spotkeeper:standby-of': '*' } };
    expect(rightsAreNarrow(stack(statement('ecs:UpdateService', 'arn', ours)))).toEqual([]);
    expect(rightsAreNarrow(stack(statement('ecs:UpdateService', 'arn')))).toHaveLength(1);
    expect(rightsAreNarrow(stack(statement('ecs:UpdateService', '*', ours)))).toHaveLength(1);
    const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
    expect(rightsAreNarrow(stack(statement('iam:PassRole', 'arn', toTasks)))).toEqual([]);
    expect(rightsAreNarrow(stack(statement('iam:PassRole', '*', toTasks)))).toHaveLength(1);
  });

  test('that a command needs beside its own are needed too', () => {
    const file = 'node_modules/@aws-sdk/client-ecs/dist-es/commands/CreateServiceCommand.js';
    const create = { outputs: { 'dist/drainer/index.mjs': { inputs: { [file]: { bytesInOutput: 9 } } } } };
    const alone = stack(...logs, statement('ecs:CreateService', 'arn'));
    expect(rolesAllowWhatBundlesCall(create, alone)).toEqual([
      'drainer: its bundle needs ecs:TagResource, its role lacks it',
    ]);
  });

  test('on a resource that the template does not have are told', () => {
    expect(referencesResolve(stack(statement('ecs:StopTask', { Ref: 'Nowhere' })))).toHaveLength(1);
    expect(
      referencesResolve(stack(statement('ecs:StopTask', { 'Fn::Sub': 'arn:${AWS::Region}:${Role.Arn}' }))),
    ).toEqual([]);
  });
});
