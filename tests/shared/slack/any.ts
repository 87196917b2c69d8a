import fc from 'fast-check';
import type { Incident } from '../../../shared/model/incident.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { Consumer } from '../../../shared/model/ledger.ts';
import type { Report, Spending } from '../../../shared/model/report.ts';
import type { IncidentTold } from '../../../shared/slack/message/incident.ts';
import { clusterArn } from '../../given.ts';
import { FROM, HOUR_MS } from './given.ts';

/** Names and sentences as bad as they come: control characters, emoji, halves of characters, mentions, entities. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom(
      '&',
      '<',
      '>',
      '`',
      '*',
      '_',
      '~',
      ':x:',
      '@channel',
      '<!here>',
      '\n',
      '\u0000',
      '\ud800',
      '👩‍👩‍👧',
      'é',
      'web',
    ),
    maxLength: 60,
  }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', 'web', 'a'.repeat(5_000), '😀'.repeat(2_000), '&'.repeat(3_000)),
);

const nano = fc.integer({ min: -5_000_000_000, max: 9_000_000_000_000_000 });
const count = fc.integer({ min: 0, max: 100_000 });

const anySpending: fc.Arbitrary<Spending> = fc
  .record({ cost: nano, onDemand: nano, fargate: nano, lent: nano, idle: nano, spot: nano, fargateSpot: nano })
  .map(({ spot, fargateSpot, ...money }) => ({
    ...money,
    saved: money.onDemand - money.cost,
    byCapacity: { spot, 'on-demand': money.cost, 'fargate-spot': fargateSpot, fargate: 0 },
  }));

const anyConsumer: fc.Arbitrary<Consumer> = fc.oneof(
  anyText.map((name): Consumer => ({ of: 'service', name })),
  anyText.map((name): Consumer => ({ of: 'tasks', name })),
  fc.constant<Consumer>({ of: 'idle' }),
);

const many = <T>(one: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<readonly T[]> =>
  fc.array(one, { maxLength, size: 'max' });

const anyCluster = fc.record({ region: fc.constantFrom('eu-west-1', 'us-east-1'), cluster: anyText });

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe');

export const anyReport: fc.Arbitrary<Report> = fc.record({
  period: fc.record({
    kind: fc.constantFrom('daily', 'weekly', 'since'),
    from: fc.constant(FROM),
    to: fc.integer({ min: 1, max: 30 }).map((days) => later(FROM, days * 24 * HOUR_MS)),
    timeZone: zone,
    name: anyText,
  }),
  account: anyText,
  mode: fc.constantFrom('observe', 'act'),
  knownMs: fc.integer({ min: 0, max: 24 * HOUR_MS }),
  gapMs: fc.integer({ min: 0, max: 24 * HOUR_MS }),
  total: anySpending,
  before: fc.option(anySpending, { nil: undefined }),
  regions: many(
    fc.tuple(anyText, anySpending).map(([region, money]) => ({ region, ...money })),
    40,
  ),
  clusters: many(
    fc.tuple(anyCluster, anySpending).map(([of, money]) => ({ ...of, ...money })),
    30,
  ),
  services: many(
    fc.tuple(anyCluster, anySpending, anyConsumer).map(([of, money, consumer]) => ({ ...of, ...money, consumer })),
    400,
  ),
  pools: fc.constant([]),
  trend: many(fc.record({ label: anyText, cost: nano, saved: nano }), 60),
  freed: fc.record({ instances: count, cost: nano }),
  interruptions: fc.record({
    noticed: count,
    drained: count,
    notDrained: count,
    missed: count,
    scaleIns: count,
    maintenance: count,
    tasksMoved: count,
    tasksKilled: count,
    slowestDrainSeconds: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
  }),
  failovers: many(
    fc.record({
      region: fc.constant('eu-west-1'),
      cluster: anyText,
      service: anyText,
      from: fc.constant(FROM),
      until: fc.option(
        fc.integer({ min: 0, max: 1e9 }).map((ms) => later(FROM, ms)),
        { nil: undefined },
      ),
      most: count,
      where: anyText,
      why: anyText,
    }),
    40,
  ),
  failoverCost: nano,
  coolOffs: many(anyText, 40),
  standbys: many(anyText, 40),
  unused: fc.record({
    days: count,
    services: many(
      fc.tuple(anyCluster, anyText).map(([of, service]) => ({ ...of, service })),
      40,
    ),
  }),
  findings: many(anyText, 40),
  missingPrices: many(anyText, 40),
});

const anyLending: fc.Arbitrary<Incident['lent'][number]> = fc.record({
  service: anyText,
  since: fc.constant(FROM),
  until: fc.option(
    fc.integer({ min: 0, max: 1e9 }).map((ms) => later(FROM, ms)),
    { nil: undefined },
  ),
  most: fc.record({ 'fargate-spot': count, fargate: count }, { requiredKeys: [] }),
  why: anyText,
});

const anyIncident: fc.Arbitrary<Incident> = fc.record({
  is: fc.constant('incident'),
  region: fc.constantFrom('eu-west-1', 'us-east-1'),
  cluster: anyText.map(clusterArn),
  openedAt: fc.constant(FROM),
  closedAt: fc.constant(undefined),
  activeAt: fc.integer({ min: 0, max: 1e9 }).map((ms) => later(FROM, ms)),
  instances: many(anyText, 50),
  pools: many(anyText, 20),
  lent: many(anyLending, 40),
  lentCost: nano,
  costedTo: fc.constant(FROM),
  countedAt: fc.option(fc.constant(FROM), { nil: undefined }),
  filed: fc.boolean(),
  told: fc.constant([]),
  version: fc.constant(1),
  by: fc.constant('a pass'),
  expiresAt: fc.constant(instant(FROM + 1e9)),
});

export const anyTold: fc.Arbitrary<IncidentTold> = fc.record({
  incident: anyIncident,
  stage: fc.constantFrom('begun', 'lent', 'back', 'over'),
  figures: fc.record({ gone: count, drained: count, missed: count, tasksMoved: count, tasksKilled: count }),
  mode: fc.constantFrom('observe', 'act'),
  timeZone: zone,
});
