import { describe, expect, test } from 'vitest';
import { limits, startable, stoppable } from '../../sim/ecs/percents.ts';

describe('minimumHealthyPercent and maximumPercent', () => {
  test.each([
    [
      { desired: 4, minimumHealthyPercent: 100, maximumPercent: 200 },
      { lower: 4, upper: 8 },
    ],
    [
      { desired: 2, minimumHealthyPercent: 75, maximumPercent: 100 },
      { lower: 2, upper: 2 },
    ],
    [
      { desired: 3, minimumHealthyPercent: 100, maximumPercent: 125 },
      { lower: 3, upper: 3 },
    ],
    [
      { desired: 3, minimumHealthyPercent: 50, maximumPercent: 150 },
      { lower: 2, upper: 4 },
    ],
    [
      { desired: 10, minimumHealthyPercent: 70, maximumPercent: 110 },
      { lower: 7, upper: 11 },
    ],
    [
      { desired: 1, minimumHealthyPercent: 0, maximumPercent: 100 },
      { lower: 0, upper: 1 },
    ],
  ])('the lower limit of %o is rounded up and the upper one down', (service, expected) => {
    expect(limits(service)).toEqual(expected);
  });

  test('never more tasks are started than the upper limit leaves room for, the stopping ones counted', () => {
    const service = { desired: 4, minimumHealthyPercent: 50, maximumPercent: 150 };
    expect(startable({ ...service, staying: 2, alive: 4 })).toBe(2);
    expect(startable({ ...service, staying: 2, alive: 5 })).toBe(1);
    expect(startable({ ...service, staying: 4, alive: 8 })).toBe(0);
  });

  test('unhealthy tasks are stopped first, and no healthy one below the lower limit', () => {
    const [sick, well, other] = [{ healthy: false }, { healthy: true }, { healthy: true }];
    expect(stoppable([well, sick, other], 3, 2)).toEqual([sick, well]);
    expect(stoppable([well, sick, other], 2, 3)).toEqual([]);
  });
});
