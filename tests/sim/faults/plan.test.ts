import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../sim/delivery/bus.ts';
import { drawPlan } from '../../../sim/faults/draw-plan.ts';
import { Faults } from '../../../sim/faults/faults.ts';
import { readFaultPlan } from '../../../sim/faults/plan.ts';

describe('a fault plan that somebody wrote', () => {
  it('is read as it is', () => {
    const plan = { calls: [{ fault: 'slow', forMs: 5, rate: 0.5 }], events: [{ fault: 'lost', source: 'aws.ec2' }] };
    expect(readFaultPlan(plan)).toEqual(plan);
  });

  it.each([
    [[], 'faults is []; it must be an object'],
    [{ rules: [] }, 'faults.rules is unknown; allowed are calls, events'],
    [{ calls: 3 }, 'faults.calls is 3; it must be a list'],
    [{ calls: [{}] }, 'faults.calls[0].fault is missing; it must be one of throttling'],
    [{ calls: [{ fault: 'slow', rate: 1.5 }] }, 'faults.calls[0].rate is 1.5; it must be a number from 0 to 1'],
    [{ calls: [{ fault: 'slow', times: 0 }] }, 'faults.calls[0].times is 0; it must be a whole number from 1'],
    [{ calls: [{ fault: 'slow', service: 's3' }] }, 'faults.calls[0].service is "s3"; it must be one of ecs'],
    [{ events: [{ fault: 'gone' }] }, 'faults.events[0].fault is "gone"; it must be one of lost, late, duplicate'],
    [
      { events: [{ fault: 'lost', fromMs: 9, toMs: 9 }] },
      'faults.events[0].toMs is 9; it must be later than fromMs, 9',
    ],
  ])('is refused with field, value and what is allowed: %j', (plan, message) => {
    expect(() => readFaultPlan(plan)).toThrow(message);
  });
});

describe('a fault plan drawn from a seed', () => {
  const plans = Array.from({ length: 100 }, (_, seed) => drawPlan(seed, { untilMs: 600_000, caller: 'run*' }));

  it('is a valid plan, the same for the same seed', () => {
    for (const plan of plans) expect(readFaultPlan(plan)).toEqual(plan);
    expect(drawPlan(5, { untilMs: 600_000, caller: 'run*' })).toEqual(plans[5]);
  });

  it('loses only events that AWS sends as best effort', () => {
    const lost = plans.flatMap(({ events = [] }) => events.filter(({ fault }) => fault === 'lost'));
    expect(new Set(lost.map(({ source }) => source))).toEqual(new Set(['aws.ec2', 'aws.autoscaling', 'aws.health']));
  });
});

describe('a fault plan for events', () => {
  const event = {
    id: 'e-1',
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance Rebalance Recommendation',
    resources: [],
    detail: {},
  } as unknown as BusEvent;
  const struck = (rule: Parameters<typeof readFaultPlan>[0]) =>
    new Faults(readFaultPlan({ events: [rule] }), { seed: 1, startMs: 0 }).onDelivery(event, 'notices', 1_000);

  it('loses, doubles and delays deliveries', () => {
    expect(struck({ fault: 'lost' })).toBe('drop');
    expect(struck({ fault: 'duplicate' })).toBe('duplicate');
    expect(struck({ fault: 'late', forMs: 1_000 })).toEqual({ delayMs: expect.any(Number) });
  });

  it('strikes only the source, detail type and rule that it names', () => {
    expect(struck({ fault: 'lost', source: 'aws.ecs' })).toBeUndefined();
    expect(struck({ fault: 'lost', detailType: 'ECS Task State Change' })).toBeUndefined();
    expect(struck({ fault: 'lost', rule: 'other' })).toBeUndefined();
    expect(struck({ fault: 'lost', rule: 'notices', source: 'aws.ec2' })).toBe('drop');
  });
});
