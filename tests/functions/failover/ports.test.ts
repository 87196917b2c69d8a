import { describe, expect, test } from 'vitest';
import { acts } from '../../../functions/failover/acts.ts';
import { makePorts } from '../../../functions/failover/ports.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Policy } from '../../../shared/policy.ts';
import { AwsError } from '../../../sim/service.ts';
import { aPolicy, aPrepared } from '../../given.ts';
import { REGION } from '../../shared/aws/lab.ts';
import { because, counted, lendingShop } from '../../shared/aws/lending-shop.ts';
import { aLending, aLookout, aRaised, aState } from './given-records.ts';

const env = {
  AWS_REGION: REGION,
  SPOTKEEPER_TABLE: 'table',
  SPOTKEEPER_WAKE_UP_QUEUE_URL: 'http://queue',
};

/** The ports of a process in the shop's account. */
function ports(options: Parameters<typeof lendingShop>[0] = {}, mode: Policy['mode'] = 'act') {
  const shop = lendingShop(options);
  const { edge: runtime, clientConfig } = shop;
  const made = (policy: Policy) => makePorts({ env, policy, runtime, clientConfig });
  const { act, read, commit } = made(aPolicy({ mode }));
  return {
    ...shop,
    act,
    commit,
    read: read(REGION),
    inMode: (other: Policy['mode']) => made(aPolicy({ mode: other })),
  };
}

const create = async ({ act, run, spec }: ReturnType<typeof ports>) =>
  run(
    act['create-standby']({ ...because, do: 'create-standby', spec, fingerprint: 'as asked', ifRefused: aPrepared() }),
  );

test('each act that the function may plan has a port', () => {
  expect(Object.keys(ports().act).sort()).toEqual([...acts].sort());
});

test('without its variables the process does not start, and says which is missing', () => {
  const { edge: runtime, clientConfig } = lendingShop();
  const start = () => makePorts({ env: { AWS_REGION: REGION }, policy: aPolicy(), runtime, clientConfig });
  expect(start).toThrow('SPOTKEEPER_TABLE is missing');
});

describe('the phases of one run', () => {
  test('read the services and hosts of a cluster once', async () => {
    const { read, run, cluster, calls } = ports();
    await run(Promise.all([read.services(cluster.arn), read.services(cluster.arn), read.hosts(cluster.arn)]));
    await run(read.hosts(cluster.arn));
    expect([calls('DescribeServices').length, calls('DescribeContainerInstances').length]).toEqual([1, 1]);
  });

  test('see what they changed themselves', async () => {
    const made = ports();
    const { act, read, run, cluster } = made;
    const standby = async () =>
      (await run(read.services(cluster.arn))).find(({ name }) => name === 'checkout-fargate')?.desired;
    expect(await standby()).toBeUndefined();
    await create(made);
    expect(await standby()).toBe(0);
    await run(act.lend(counted('lend', cluster.arn, 2)));
    expect(await standby()).toBe(2);
    await run(act['take-back'](counted('take-back', cluster.arn, 1)));
    expect(await standby()).toBe(1);
  });

  test('read again after a few seconds what others may have changed', async () => {
    const { read, run, cluster, account, calls } = ports();
    await run(read.services(cluster.arn));
    await account.clock.run(account.clock.now() + 4_000);
    await run(read.services(cluster.arn));
    expect(calls('DescribeServices')).toHaveLength(2);
  });
});

test('a revision is read once, the latest of a family each time', async () => {
  const { read, run, definition, calls } = ports();
  await run(read.taskDefinition(definition));
  await run(read.taskDefinition(definition));
  expect(calls('DescribeTaskDefinition')).toHaveLength(1);
  await run(read.taskDefinition('checkout'));
  await run(read.taskDefinition('checkout'));
  expect(calls('DescribeTaskDefinition')).toHaveLength(3);
});

test('subnets and providers are remembered by what was asked for, in whatever order', async () => {
  const { read, run, calls } = ports();
  const ids = ['subnet-eu-west-1a', 'subnet-eu-west-1b'];
  expect(await run(read.subnets(ids))).toHaveLength(2);
  expect(await run(read.subnets([...ids].reverse()))).toHaveLength(2);
  expect(calls('DescribeSubnets')).toHaveLength(1);
  expect(await run(read.groupsOfProviders([]))).toEqual(new Map());
  expect(calls('DescribeCapacityProviders')).toHaveLength(0);
});

test('a quota that cannot be read is not known; it is asked for again, and what is known is not', async () => {
  let failures = 1;
  const { read, run, calls } = ports({
    faults: ({ operation }) => {
      if (operation !== 'GetServiceQuota' || failures === 0) return undefined;
      failures -= 1;
      return { error: new AwsError('AccessDeniedException', 'not authorized'), when: 'before' };
    },
  });
  expect(await run(read.quotaVcpus(true))).toBeUndefined();
  expect(await run(read.quotaVcpus(true))).toBe(4_000);
  expect(await run(read.quotaVcpus(true))).toBe(4_000);
  expect(calls('GetServiceQuota')).toHaveLength(2);
});

/** One of each kind, of the shop's cluster, with all that each can say. */
const recordsIn = ({ cluster, edge }: ReturnType<typeof ports>) => {
  const now = edge.now();
  const common = { cluster: cluster.arn, version: 1, expiresAt: later(now, 3_600_000) };
  const rungs = {
    'fargate-spot': aState(2, { dryUntil: now, why: 'no capacity' }),
    fargate: aState(1, { confirmed: false, odd: { desired: 3, since: now } }),
  };
  const prepared = aPrepared({
    cluster: cluster.arn,
    expiresAt: common.expiresAt,
    fingerprints: { fargate: 'f' },
    findings: [{ parameter: 'privileged', says: 'Fargate has no privileged containers', severity: 'refusal' }],
    standbys: { fargate: 'arn:standby' },
    checkedAt: now,
  });
  const [lending, raised, lookout] = [aLending({ ...common, rungs }), aRaised(common), aLookout(common)];
  return { lending, prepared, raised, lookout };
};

describe('what the function remembers', () => {
  test('comes back as it was written, by cluster', async () => {
    const made = ports();
    const { act, read, run, cluster } = made;
    const { lending, prepared, raised, lookout } = recordsIn(made);
    await run(act.remember({ ...because, do: 'remember', records: [lending, prepared, raised, lookout] }));
    expect(await run(read.lendings(cluster.arn))).toEqual([lending]);
    expect(await run(read.prepared(cluster.arn))).toEqual([prepared]);
    expect(await run(read.raised(cluster.arn))).toEqual([raised]);
    expect(await run(read.lookouts())).toEqual([lookout]);
    expect(await run(read.lendings(`${cluster.arn}-2`))).toEqual([]);
    await run(act.forget({ ...because, do: 'forget', records: [lending, raised] }));
    expect([await run(read.lendings(cluster.arn)), await run(read.raised(cluster.arn))]).toEqual([[], []]);
  });

  test('of standbys that ECS refuses at the same time is each of them', async () => {
    const error = new AwsError('ClientException', 'The request is not valid.');
    const made = ports({
      faults: ({ operation }) => (operation === 'CreateService' ? { error, when: 'before' } : undefined),
    });
    const { act, read, run, spec } = made;
    const ifRefused = recordsIn(made).prepared;
    const refused = (['fargate-spot', 'fargate'] as const).map((rung) => {
      const asked = { ...spec, name: `checkout-${rung}`, rung };
      return act['create-standby']({ ...because, do: 'create-standby', spec: asked, fingerprint: rung, ifRefused });
    });
    expect(await run(Promise.all(refused))).toMatchObject([{ result: 'failed' }, { result: 'failed' }]);
    const [record] = await run(read.prepared(spec.cluster));
    const says = 'ClientException: The request is not valid.';
    expect(record?.refused).toEqual({
      'fargate-spot': { says, fingerprint: 'fargate-spot', at: ifRefused.checkedAt },
      fargate: { says, fingerprint: 'fargate', at: ifRefused.checkedAt },
    });
  });

  test('is guarded by its version: of two runs one wins', async () => {
    const made = ports();
    const { commit, run } = made;
    const guard = { name: 'guard', for: [], whenLost: 'leave' } as const;
    for (const next of [recordsIn(made).lending, recordsIn(made).raised, recordsIn(made).lookout]) {
      const other = { ...next, by: 'another run' };
      expect(await run(commit({ ...guard, next, expected: 'absent' }))).toBe('won');
      expect(await run(commit({ ...guard, next: other, expected: 'absent' }))).toBe('lost');
      expect(await run(commit({ ...guard, next: { ...other, version: 2 }, expected: 1 }))).toBe('won');
    }
  });

  test('in observe mode is not what act mode knows', async () => {
    const made = ports({}, 'observe');
    const { act, read, run, inMode, cluster } = made;
    const { lending, lookout } = recordsIn(made);
    await run(act.remember({ ...because, do: 'remember', records: [lending, lookout] }));
    expect([await run(read.lendings(cluster.arn)), await run(read.lookouts())]).toEqual([[lending], [lookout]]);
    const acting = inMode('act').read(REGION);
    expect([await run(acting.lendings(cluster.arn)), await run(acting.lookouts())]).toEqual([[], []]);
  });
});
