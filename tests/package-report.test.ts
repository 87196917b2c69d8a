import { beforeAll, describe, expect, test } from 'vitest';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { list, ofType, referencesIn, statementsOf, type Template } from './tidy/template.ts';

let bare: Template;
let telling: Template;
let everything: Template;
beforeAll(async () => {
  [bare, telling, everything] = await Promise.all([
    packagedTemplate(),
    packagedTemplate({ report: true }),
    packagedTemplate({ failover: true, rebalance: true, report: true, dashboard: true }),
  ]);
}, 240_000);

const resource = (template: Template, id: string) => template.Resources[id]?.Properties;

describe('the stack with report', () => {
  test('invokes report every minute, without a queue: what fails is done a minute later', () => {
    const { Targets, ScheduleExpression } = resource(telling, 'ReportTickRule');
    expect(ScheduleExpression).toBe('rate(1 minute)');
    expect(Targets.flatMap(({ Arn }: { Arn: unknown }) => referencesIn(Arn))).toEqual(['ReportLambdaFunction']);
    const [[, config] = []] = ofType(telling, 'AWS::Lambda::EventInvokeConfig');
    expect(config?.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(referencesIn(config?.Properties.FunctionName)).toEqual(['ReportLambdaFunction']);
    expect(resource(telling, 'ReportTickPermission').Principal).toBe('events.amazonaws.com');
  });

  test('lets report read the one parameter that its setting names, and change nothing', () => {
    const role = telling.Resources.ReportRole;
    const statements = role ? statementsOf(role) : [];
    const ssm = statements.filter(({ Action }) => list(Action).includes('ssm:GetParameter'));
    expect(ssm.map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringContaining(':parameternone')]);
    const verbs = statements.flatMap(({ Action }) => list(Action)).map((action) => action.split(':')[1] ?? '');
    const reads = /^(Describe|List|Get|Query|BatchGet)/;
    expect(verbs.filter((verb) => !reads.test(verb))).toEqual([
      'CreateLogStream',
      'PutLogEvents',
      'BatchWriteItem',
      'PutItem',
    ]);
  });

  test('shows on its dashboard the eight metrics that the functions have, and none that costs more', () => {
    const body = JSON.parse(resource(everything, 'Dashboard').DashboardBody['Fn::Sub']);
    const shown = body.widgets.flatMap(({ properties }: { properties: { metrics: unknown[][] } }) => {
      let before: string[] = [];
      return properties.metrics.map((metric) => {
        const names = metric.filter((part): part is string => typeof part === 'string');
        // Three dots stand for what the row before begins with.
        const rest = names.slice(1);
        if (names[0] === '...') before = [...before.slice(0, before.length - rest.length), ...rest];
        else before = names;
        return before.join(' ');
      });
    });
    const own = [...new Set<string>(shown)].filter((name) => name.startsWith('spotkeeper '));
    expect(own.toSorted()).toEqual([
      'spotkeeper DeadlineMisses service spotkeeper-interruption',
      'spotkeeper Errors service spotkeeper-failover',
      'spotkeeper Errors service spotkeeper-interruption',
      'spotkeeper Errors service spotkeeper-rebalance',
      'spotkeeper Errors service spotkeeper-report',
      'spotkeeper LentTasks service spotkeeper-failover',
      'spotkeeper NoticeToDrainingMs service spotkeeper-interruption',
      'spotkeeper SavingsPerHour service spotkeeper-report',
    ]);
    expect(bare.Resources.Dashboard).toBeUndefined();
  });

  test('adds up on its dashboard what the readings of an hour tell was saved, losses too', () => {
    const body = JSON.parse(resource(everything, 'Dashboard').DashboardBody['Fn::Sub']);
    const [savings] = body.widgets.filter((widget: object) => JSON.stringify(widget).includes('SavingsPerHour'));
    expect(savings.properties).toMatchObject({ stat: 'Sum', period: 3_600 });
    expect(savings.properties.yAxis).toBeUndefined();
  });
});
