import { describe, expect, test } from 'vitest';
import { runDrill } from '../../cli/run-drill.ts';
import { singleNotice } from '../../cli/scenarios/single-notice.ts';

describe('the stack with failover in a simulated account', async () => {
  const { installation, violations } = await runDrill({ ...singleNotice, failover: true }, { seed: 1 });
  if (!installation) throw new Error('spotkeeper is not installed');
  const { deployment, servedBy } = installation;
  const { invocations, queues } = deployment;

  test('runs both functions, each on execution environments of its own', () => {
    const names = invocations.map(({ id, functionName }) => [functionName, servedBy.get(id)?.split(' ')[0]]);
    expect(new Set(invocations.map(({ functionName }) => functionName))).toEqual(
      new Set(['spotkeeper-prod-interruption', 'spotkeeper-prod-failover']),
    );
    for (const [functionName, servant] of names) expect(servant).toBe(functionName);
  });

  test('feeds failover from its own queue alone, also with the notice that interruption gets', () => {
    const sources = (name: string) =>
      new Set(invocations.filter(({ functionName }) => functionName.endsWith(name)).map(({ source }) => source));
    expect(sources('-failover')).toEqual(new Set(['FailoverQueue']));
    expect(sources('-interruption')).toEqual(new Set(['NoticeQueue', 'WakeUpQueue', 'ObservationQueue']));
    const notices = (id: string) => deployment.bus.rules.find(({ name }) => name === id)?.passed;
    expect(notices('FailoverSpotInterruptionWarningRule')).toBe(1);
    expect(notices('SpotInterruptionWarningRule')).toBe(1);
    expect(queues.get('FailoverQueue')?.stats().visible).toBe(0);
  });

  test('keeps what interruption promises', () => {
    expect(violations).toEqual([]);
  });
});

describe('the stack with rebalance in a simulated account', async () => {
  const { installation, violations } = await runDrill({ ...singleNotice, rebalance: true }, { seed: 1 });
  if (!installation) throw new Error('spotkeeper is not installed');
  const { invocations, bus } = installation.deployment;

  test('runs rebalance as its schedule asks for, on an execution environment of its own', () => {
    const its = invocations.filter(({ functionName }) => functionName === 'spotkeeper-prod-rebalance');
    expect(new Set(its.map(({ source }) => source))).toEqual(new Set(['EventBridge']));
    for (const { id, functionName } of its) expect(installation.servedBy.get(id)?.split(' ')[0]).toBe(functionName);
    expect(bus.rules.find(({ name }) => name === 'RebalanceTickRule')?.passed).toBeGreaterThan(1);
  });

  test('keeps what interruption promises, and has no failover', () => {
    expect(violations).toEqual([]);
    expect(bus.rules.filter(({ name }) => name.startsWith('Failover'))).toEqual([]);
  });
});

test('a drill that asks for neither failover nor rebalance has no trace of them', async () => {
  const { installation } = await runDrill(singleNotice, { seed: 1 });
  const { rules } = installation?.deployment.bus ?? { rules: [] };
  expect(rules.length).toBeGreaterThan(0);
  expect(rules.filter(({ name }) => /^(Failover|Rebalance)/.test(name))).toEqual([]);
  for (const queue of ['FailoverQueue', 'RebalanceQueue'])
    expect(installation?.deployment.queues.has(queue)).toBe(false);
});
