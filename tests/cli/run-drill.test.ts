import { describe, expect, it } from 'vitest';
import { runDrill } from '../../cli/run-drill.ts';
import { at, REGION, type Scenario } from '../../cli/scenario.ts';
import { minHealthy100 } from '../../cli/scenarios/min-healthy-100.ts';
import { noWarning } from '../../cli/scenarios/no-warning.ts';
import { scaleIn } from '../../cli/scenarios/scale-in.ts';
import { singleNotice } from '../../cli/scenarios/single-notice.ts';
import { slowDeregistration } from '../../cli/scenarios/slow-deregistration.ts';

describe('a drill', () => {
  it('is the same again with the same seed, and another with another', async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => runDrill(minHealthy100, { seed })));
    expect(again?.account.journal.entries).toEqual(one?.account.journal.entries);
    expect(again?.installation?.transcript.lines).toEqual(one?.installation?.transcript.lines);
    expect(again?.account.endpoint.calls.entries).toEqual(one?.account.endpoint.calls.entries);
    expect(other?.account.journal.entries).not.toEqual(one?.account.journal.entries);
  });

  it('names the target group and the deregistration delay to set when ECS could not stop its tasks in time', async () => {
    const { verdict } = await runDrill(slowDeregistration, { seed: 1 });
    expect(verdict.slowTargetGroups).toEqual([
      { name: 'uploads', tasksKilled: 2, deregistrationDelaySeconds: 300, setToSeconds: 60 },
    ]);
    expect(verdict.tasks.killedWithoutSigterm.every(({ service }) => service === 'uploads')).toBe(true);
  });

  it('counts only the calls that spotkeeper made', async () => {
    const { verdict, account } = await runDrill(singleNotice, { seed: 1 });
    expect(verdict.calls['ecs:UpdateContainerInstancesState']).toBe(1);
    const all = Object.values(verdict.calls).reduce((sum, count) => sum + count, 0);
    expect(all).toBe(account.endpoint.calls.count());
    expect(verdict.drainSeconds?.max).toBeLessThan(5);
  });
});

describe('the checkers of a drill', () => {
  const observing = { settings: { SPOTKEEPER_MODE: 'observe' } };

  it('see that noticed instances were not drained and tasks were killed', async () => {
    const { violations } = await runDrill({ ...singleNotice, ...observing }, { seed: 1 });
    expect(violations).toContainEqual(expect.stringMatching(/had its notice and was not drained/));
    expect(violations).toContainEqual(expect.stringMatching(/requests were dropped/));
    expect(violations).toContainEqual(expect.stringMatching(/tasks of checkout were killed without SIGTERM/));
  });

  it('see that a termination hook was not answered', async () => {
    const { violations } = await runDrill({ ...scaleIn, ...observing }, { seed: 1 });
    expect(violations).toContainEqual(expect.stringMatching(/waited at spotkeeper-drain and was not drained/));
    expect(violations).toContainEqual('no heartbeat was sent while tasks were running');
    expect(violations).toContainEqual('spotkeeper-drain ran into its timeout');
  });

  it('see that a missed warning was not recorded', async () => {
    const { violations } = await runDrill({ ...noWarning, ...observing }, { seed: 1 });
    expect(violations).toHaveLength(2);
    expect(violations[0]).toMatch(/^the table has no record of i-/);
  });

  it("see a drain in a cluster of AWS Batch, a drain that nothing called for, and a service's last target taken", async () => {
    const { violations } = await runDrill(meddling, { seed: 1 });
    expect(violations).toEqual([
      expect.stringMatching(/^AWSBatch-x is not spotkeeper's to touch, but: i-\w+ in AWSBatch-x is DRAINING/),
      expect.stringMatching(/^nothing was said, but i-\w+ in AWSBatch-x is DRAINING, set by spotkeeper/),
      expect.stringMatching(/the last healthy target of web was deregistered while tasks served$/),
    ]);
  });
});

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

/** Somebody who calls himself spotkeeper does what it must never do. */
const meddling: Scenario = {
  name: 'meddling',
  title: 'spotkeeper drains what nobody takes, and takes the last target of a service.',
  seconds: 90,
  build(region, account) {
    const call = { account: account.account, region: REGION, caller: 'spotkeeper', at: account.clock.now() };
    const cluster = region.createCluster({ name: 'AWSBatch-x' });
    const { id } = region.addInstance({ ...pool, cluster });
    const prod = region.createCluster({ name: 'prod' });
    region.addInstance({ ...pool, cluster: prod });
    const targetGroup = region.createTargetGroup({ name: 'web' });
    region.createService({ cluster: prod, name: 'web', desired: 1, targetGroup });
    at(account, 1, () => {
      const { ecs, elbv2 } = region.parts.operations;
      const arn = region.parts.ecs.instances.byEc2Id.get(id)?.arn;
      const drain = { cluster: cluster.name, containerInstances: [arn], status: 'DRAINING' };
      ecs.UpdateContainerInstancesState?.(drain, call);
      const Targets = [...targetGroup.targets.values()].map((target) => ({ Id: target.id, Port: target.port }));
      elbv2.DeregisterTargets?.({ TargetGroupArn: targetGroup.arn, Targets }, call);
    });
  },
  promises: [],
};
