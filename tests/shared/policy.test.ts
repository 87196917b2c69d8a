import { describe, expect, test } from 'vitest';
import { manageOf, manageTag, type Policy, PolicyError, policyFromEnv, policyOf } from '../../shared/policy.ts';
import { settings } from '../../shared/settings.ts';
import { aCluster, aPolicy } from '../given.ts';

const cluster = (tags: Readonly<Record<string, string>>) => aCluster({ tags });

describe('the settings of an installation', () => {
  test('when nobody says anything, it observes, drains, and leaves standalone tasks alone', () => {
    expect(policyFromEnv({})).toEqual({
      mode: 'observe',
      manageDefault: 'drain',
      scaleInHook: 'spotkeeper-drain',
      scaleInMinutes: 30,
      standalone: 'leave',
      deregisterSeconds: 60,
      stopReserveSeconds: 5,
      coolOffMinutes: 10,
      regions: ['us-east-1'],
      failover: [],
      contagion: 1,
      holdDrain: 'on',
      drainReserveSeconds: 45,
      priority: 50,
      rungSeconds: 75,
      dwellMinutes: 1,
      mostDwellMinutes: 10,
      breakEvenMinutes: 3,
      maxLentTasks: 500,
      maxLentTasksInAccount: 2_000,
      maxHourlyCost: 50,
      maxHourlyCostInAccount: 200,
      associateProviders: 'off',
      cloudMap: 'refuse',
      hostDaemons: 'ignore',
      proofRun: 'off',
      ipTargetGroup: 'none',
      fargateSubnets: [],
      fargateSecurityGroups: [],
      fargatePublicIp: 'off',
      fargateTaskRole: 'none',
      fargateExecutionRole: 'none',
      rebalance: 'report',
      typeChoice: 'like',
      minPools: 6,
      maxFamilyShare: 0.25,
      maxPoolShare: 0.15,
      localStorage: 'allow',
      burstable: 'avoid',
      changeMinutes: 60,
      gainPercent: 10,
      mostCoolOffHours: 24,
      minAgeMinutes: 60,
      replaceShare: 0.1,
      detachMinutes: 60,
      convertGroups: 'off',
      reports: 'both',
      reportHour: 9,
      reportWeekday: 'monday',
      timeZone: 'UTC',
      alerts: 'on',
      stormInstances: 3,
      ledgerMinutes: 15,
      slackSecret: 'none',
      slackChannel: 'none',
    } satisfies Policy);
  });

  test('an empty variable means the default', () => {
    const empty = Object.fromEntries(Object.values(settings).map(({ env }) => [env, '']));
    expect(policyFromEnv(empty)).toEqual(policyFromEnv({}));
  });

  test.each<[keyof Policy, string, unknown]>([
    ['mode', 'act', 'act'],
    ['mode', 'observe', 'observe'],
    ['manageDefault', 'none', 'none'],
    ['scaleInHook', 'prod/Drain_2-a', 'prod/Drain_2-a'],
    ['scaleInHook', 'h'.repeat(255), 'h'.repeat(255)],
    ['scaleInMinutes', '1', 1],
    ['scaleInMinutes', '2880', 2880],
    ['standalone', 'stop', 'stop'],
    ['deregisterSeconds', '0', 0],
    ['deregisterSeconds', '110', 110],
    ['stopReserveSeconds', '0', 0],
    ['stopReserveSeconds', '60', 60],
    ['coolOffMinutes', '1', 1],
    ['coolOffMinutes', '1440', 1440],
    ['failover', 'fargate-spot/fargate/on-demand', ['fargate-spot', 'fargate', 'on-demand']],
    ['failover', 'fargate on-demand', ['fargate', 'on-demand']],
    ['failover', 'none', []],
    ['contagion', '0.25', 0.25],
    ['maxHourlyCost', '0', 0],
    ['fargateSubnets', 'subnet-0a subnet-0b', ['subnet-0a', 'subnet-0b']],
    ['fargateSecurityGroups', 'sg-1,sg-2', ['sg-1', 'sg-2']],
    ['fargateTaskRole', 'arn:aws:iam::123456789012:role/app/web', 'arn:aws:iam::123456789012:role/app/web'],
    ['regions', 'eu-west-1', ['eu-west-1']],
    ['regions', 'eu-west-1, us-gov-west-1\nap-southeast-2', ['eu-west-1', 'us-gov-west-1', 'ap-southeast-2']],
  ])('%s may be %j', (name, text, expected) => {
    expect(policyFromEnv({ [settings[name].env]: text })[name]).toEqual(expected);
  });

  test.each<[keyof Policy, string]>([
    ['mode', 'ACT'],
    ['mode', 'dry-run'],
    ['manageDefault', 'true'],
    ['scaleInHook', 'a hook'],
    ['scaleInHook', 'h'.repeat(256)],
    ['scaleInMinutes', '0'],
    ['scaleInMinutes', '2881'],
    ['scaleInMinutes', '30m'],
    ['standalone', 'kill'],
    ['deregisterSeconds', '111'],
    ['deregisterSeconds', '-1'],
    ['deregisterSeconds', '1.5'],
    ['stopReserveSeconds', '61'],
    ['stopReserveSeconds', ' '],
    ['coolOffMinutes', '0'],
    ['coolOffMinutes', '1441'],
    ['coolOffMinutes', '1e3'],
    ['regions', ','],
    ['regions', 'eu-west-1, Ireland'],
  ])('%s may not be %j, and the message says what it may be', (name, text) => {
    const { env, allowed } = settings[name];
    const start = () => policyFromEnv({ [env]: text });
    expect(start).toThrow(PolicyError);
    expect(start).toThrow(`${env} is "${text}"; allowed: ${allowed}`);
  });

  test.each<[keyof Policy, string]>([
    ['slackSecret', 'https://hooks.slack.com/services/T0/B0/hidden'],
    ['slackSecret', 'xoxb-1-hidden'],
    ['slackChannel', 'xoxb-1-hidden'],
  ])('%s does not repeat a secret that was put there by mistake', (name, text) => {
    const { env, allowed } = settings[name];
    expect(() => policyFromEnv({ [env]: text })).toThrow(
      `${env} is not allowed as it is (not shown); allowed: ${allowed}`,
    );
  });

  test('all that is wrong is said at once, a line each', () => {
    const start = () => policyFromEnv({ SPOTKEEPER_MODE: 'go', SPOTKEEPER_STANDALONE: 'x', SPOTKEEPER_REGIONS: 'y' });
    expect(start).toThrow(
      [
        'SPOTKEEPER_MODE is "go"; allowed: observe or act',
        'SPOTKEEPER_STANDALONE is "x"; allowed: leave or stop',
        'SPOTKEEPER_REGIONS is "y"; allowed: region names such as eu-west-1, separated by commas',
      ].join('\n'),
    );
  });
});

describe('the tags of a cluster', () => {
  test('change what may be set per cluster, and nothing else', () => {
    const tags = {
      'spotkeeper:standalone': 'stop',
      'spotkeeper:deregister-seconds': '20',
      'spotkeeper:stop-reserve-seconds': '9',
      'spotkeeper:mode': 'act',
      'spotkeeper:scale-in-minutes': '7',
      team: 'checkout',
    };
    const account = aPolicy({ mode: 'observe' });
    expect(policyOf(account, cluster(tags))).toEqual({
      policy: { ...account, standalone: 'stop', deregisterSeconds: 20, stopReserveSeconds: 9 },
      problems: [],
    });
  });

  test('that say nothing leave the account as it is', () => {
    expect(policyOf(aPolicy(), cluster({}))).toEqual({ policy: aPolicy(), problems: [] });
  });

  test('that do not parse fall back to the setting of the account, and are reported', () => {
    const tags = {
      'spotkeeper:standalone': 'maybe',
      'spotkeeper:deregister-seconds': '',
      'spotkeeper:stop-reserve-seconds': '9',
    };
    expect(policyOf(aPolicy({ deregisterSeconds: 45 }), cluster(tags))).toEqual({
      policy: aPolicy({ deregisterSeconds: 45, stopReserveSeconds: 9 }),
      problems: [
        'tag spotkeeper:standalone of prod is "maybe"; allowed: leave or stop; the default leave is used',
        'tag spotkeeper:deregister-seconds of prod is ""; allowed: a whole number of seconds from 0 to 110; the default 45 is used',
      ],
    });
  });

  test('that do not parse say that the default is to have none', () => {
    const { problems } = policyOf(aPolicy(), cluster({ 'spotkeeper:fargate-subnets': 'my subnet' }));
    expect(problems).toEqual([expect.stringMatching(/; the default none is used$/)]);
  });
});

describe('whether a cluster is drained', () => {
  test.each([
    [{}, 'drain', 'yes'],
    [{}, 'none', 'no'],
    [{ 'spotkeeper:manage': 'true' }, 'none', 'yes'],
    [{ 'spotkeeper:manage': 'false' }, 'drain', 'no'],
  ] as const)('tagged %j where untagged ones get %s: %s', (tags, manageDefault, manage) => {
    expect(manageOf(cluster(tags), aPolicy({ manageDefault }))).toEqual({ manage, problems: [] });
  });

  test.each([
    ['drain', 'yes'],
    ['none', 'no'],
  ] as const)(
    'a tag that is neither true nor false is reported, and untagged clusters get %s: %s',
    (manageDefault, manage) => {
      expect(manageOf(cluster({ 'spotkeeper:manage': 'yes' }), aPolicy({ manageDefault }))).toEqual({
        manage,
        problems: [`tag spotkeeper:manage of prod is "yes"; allowed: true or false; the default ${manage} is used`],
      });
    },
  );

  test.each(['AWSBatch-nightly-9a1c', 'nightly_Batch_0f8fad5b-d9cb-469f-a165-70867728950e'])(
    '%s belongs to AWS Batch, whatever its tags say',
    (name) => {
      const tags = { 'spotkeeper:manage': 'true' };
      expect(manageOf(aCluster({ name, tags }), aPolicy())).toEqual({ manage: 'foreign', problems: [] });
    },
  );

  test.each(['prod', 'my-AWSBatch-1', 'nightly_Batch_', 'nightly_Batch_0f8fad5b-d9cb-469f-a165-70867728950e-api'])(
    '%s does not belong to AWS Batch',
    (name) => {
      expect(manageOf(aCluster({ name }), aPolicy()).manage).toBe('yes');
    },
  );

  test('a service inherits the answer of its cluster unless its own tag says otherwise', () => {
    expect(manageTag('service checkout', {}, 'no').manage).toBe('no');
    expect(manageTag('service checkout', { 'spotkeeper:manage': 'true' }, 'no').manage).toBe('yes');
    expect(manageTag('service checkout', { 'spotkeeper:manage': 'TRUE' }, 'yes')).toEqual({
      manage: 'yes',
      problems: [
        'tag spotkeeper:manage of service checkout is "TRUE"; allowed: true or false; the default yes is used',
      ],
    });
  });
});
