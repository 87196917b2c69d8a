import { failover } from '../../../functions/failover/flow.ts';
import { makePorts } from '../../../functions/failover/ports.ts';
import { putRecords } from '../../../shared/aws/table.ts';
import type { Event } from '../../../shared/events/event.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { StoredRecord } from '../../../shared/model/records.ts';
import type { Wake } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { run as runFlow } from '../../../shared/run.ts';
import { aTick } from '../../given.ts';
import { lab, REGION } from '../../shared/aws/lab.ts';
import { lends } from './given.ts';

export const POOL = { type: 'm6i.large', zone: 'eu-west-1a' };
const FARGATE = ['FARGATE', 'FARGATE_SPOT'];
const ENV = { AWS_REGION: REGION, SPOTKEEPER_TABLE: 'table', SPOTKEEPER_WAKE_UP_QUEUE_URL: 'http://queue' };

/** The function as it runs in a simulated account, without queues: a test gives it its events, and sees what it asks of AWS. */
export function flowLab(settings: Partial<Policy> = {}) {
  const made = lab();
  const { edge: runtime, clientConfig, account, region } = made;
  const policy = lends({ manageDefault: 'drain', fargateSubnets: ['subnet-eu-west-1a'], ...settings });
  // There is no queue: the test itself says when the next pass is.
  const wake = async (action: Wake) => ({ action, result: 'done' as const });
  const aProcess = () => {
    const { read, commit, act } = makePorts({ env: ENV, policy, runtime, clientConfig });
    return { read, commit, act: { ...act, wake } };
  };
  const ports = aProcess();
  const context = () => ({ region: REGION, now: instant(account.clock.now()), policy });
  return {
    ...made,
    context,
    read: ports.read(REGION),
    /** A cluster, by default with Fargate's providers, some instances, and so many services of one task each. */
    cluster({ name = 'prod', services = 1, instances = 1, tags = {}, providers = FARGATE }: Size = {}) {
      const cluster = region.createCluster({ name, capacityProviders: providers, tags });
      const group = region.createGroup({ name: `${name}-spot`, cluster, desired: instances, pools: [POOL] });
      const mains = Array.from({ length: services }, (_, n) =>
        region.createService({ cluster, name: `${name}-${n + 1}`, desired: 1, cpu: 16, memory: 64, fargate: true }),
      );
      region.settle();
      return { cluster, group, mains };
    },
    /** Takes the events, and so many seconds later is where the next ones may come. */
    async take(events: readonly Event[], { seconds = 10 }: { readonly seconds?: number } = {}) {
      const startedAt = account.clock.now();
      const batch = events.map((event) => ({ ok: true as const, event }));
      const result = await made.run(runFlow(failover, batch, { policy, ports, runtime }));
      const calls = account.endpoint.calls.entries.filter(
        ({ at, service }) => at >= startedAt && service !== 'dynamodb' && service !== 'unknown',
      );
      await account.clock.run(account.clock.now() + seconds * 1_000);
      return { ...result, calls: calls.map(({ operation }) => operation) };
    },
    /** Several processes take a tick at the same time. */
    async takeAtOnce(processes: number) {
      const runs = Array.from({ length: processes }, (_, n) => {
        const event = { ...aTick(), at: instant(account.clock.now()), recordId: `tick ${n}` };
        return runFlow(failover, [{ ok: true, event }], { policy, ports: aProcess(), runtime });
      });
      await made.run(Promise.all(runs));
    },
    remember: (records: readonly StoredRecord[]) =>
      made.run(
        putRecords(
          made.table,
          records.map((one) => ({ ...one, expiresAt: later(context().now, 3_600_000) })),
        ),
      ),
    tick: () => ({ ...aTick(), at: instant(account.clock.now()) }),
  };
}

type Size = {
  readonly name?: string;
  readonly services?: number;
  readonly instances?: number;
  readonly providers?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
};
