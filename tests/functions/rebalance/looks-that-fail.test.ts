import { expect, test } from 'vitest';
import { rebalance } from '../../../functions/rebalance/flow.ts';
import type { ActionOf } from '../../../shared/plan/action.ts';
import { AwsError } from '../../../sim/service.ts';
import { ACCOUNT, aContext, aTick, instanceId, NOW, REGION } from '../../given.ts';
import { failing, ports } from './ports-lab.ts';

test('a group that cannot be looked at fails the tick, and no recommendation: that is written down', async () => {
  const { read, run, group } = ports({
    ...failing('ListServices', new AwsError('AccessDenied', 'not allowed', 403)),
    group: { capacityProvider: 'spot', minSize: 0 },
  });
  const [id = instanceId(1)] = group.instances.keys();
  const origin = { recordId: 'letter', eventId: 'event', account: ACCOUNT, region: REGION, at: NOW };
  const advice = { ...origin, kind: 'rebalance-recommended', instanceId: id } as const;
  const events = [aTick({ recordId: 'tick' }), advice];
  const [phase] = rebalance.phases;
  if (phase === undefined) throw new Error('rebalance has no phase');
  const plan = await run(
    (async () => phase.decide(await phase.observe(read, events, aContext()), events, aContext()))(),
  );
  expect(new Set(plan.failures?.flatMap((failure) => failure.for))).toEqual(new Set(['tick']));
  const remembered = plan.steps.flat().filter((one): one is ActionOf<'remember'> => one.do === 'remember');
  expect(remembered.flatMap(({ records }) => records)).toContainEqual(
    expect.objectContaining({ is: 'advice', instanceId: id }),
  );
});
