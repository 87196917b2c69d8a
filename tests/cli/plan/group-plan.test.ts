import { describe, expect, test } from 'vitest';
import type { RegionPlan } from '../../../cli/plan/region-plan.ts';
import { AwsError } from '../../../sim/service.ts';
import { named, planned } from './planned.ts';

async function groups(name: string, argv: readonly string[] = []) {
  const { said } = await planned(named(name), ['--json', ...argv]);
  const { regions } = JSON.parse(said) as { regions: RegionPlan[] };
  return regions.flatMap(({ rebalance }) => rebalance.groups);
}

describe('what the first review of rebalance would change', () => {
  test('is told of a group with its types, those that it would get, and why', async () => {
    const { code, complaints, lines, calls } = await planned(named('eni-starved'));
    expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
    expect(calls.filter(({ operation }) => !/^(Describe|List|Get)/.test(operation))).toEqual([]);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.join(' ')).toMatch(
      /^.*rebalance +prod-[a-z]+ \(prod, spotkeeper:rebalance is [a-z]+\) .*would become/,
    );
  });

  test('is the same where rebalance only reports, which is told with it', async () => {
    const [group] = await groups('single-notice');
    expect(group).toMatchObject({ name: 'prod-spot', rebalance: 'report' });
    const [on] = await groups('single-notice', ['--set', 'rebalanceDefault=on']);
    expect(on).toEqual({ ...group, rebalance: 'on' });
  });

  test('is not told of groups for which rebalance is off', async () => {
    expect(await groups('single-notice', ['--set', 'rebalanceDefault=off'])).toEqual([]);
  });

  test('asks for no placement scores: the function needs the few that AWS gives a day', async () => {
    const { calls } = await planned(named('eni-starved'));
    expect(calls.filter(({ operation }) => operation === 'GetSpotPlacementScores')).toEqual([]);
  });

  test('is a line of its own where a permission is missing: the rest of the plan is told', async () => {
    const refuse = {
      error: new AwsError('UnauthorizedOperation', 'not authorized to perform: ec2:DescribeInstanceTypes'),
      when: 'before' as const,
    };
    const faults = ({ operation }: { readonly operation: string }) =>
      operation === 'DescribeInstanceTypes' ? refuse : undefined;
    const { code, said } = await planned(named('single-notice'), [], { faults });
    expect(code).toBe(0);
    expect(said.replaceAll(/\s+/g, ' ')).toContain(
      'its groups may not be read: UnauthorizedOperation: not authorized to perform: ec2:DescribeInstanceTypes',
    );
    expect(said).toContain('quotas');
  });
});
