import { describe, expect, test } from 'vitest';
import { checkedParam } from '../../scripts/osls/checked-params.mjs';
import { packageStack } from '../../scripts/package.mjs';

describe('a param of the stack', () => {
  const role = 'arn:aws:iam::123456789012:role/ecs/web';
  test.each([
    ['failover', 'on', 'on'],
    ['failover', 'off', 'off'],
    ['rebalance', 'on', 'on'],
    ['rebalance', 'off', 'off'],
    ['passRoles', role, [role]],
    [
      'passRoles',
      `${role}, arn:aws-cn:iam::123456789012:role/ecs/*`,
      [role, 'arn:aws-cn:iam::123456789012:role/ecs/*'],
    ],
  ])('%s may be %j', (name, text, value) => {
    expect(checkedParam(name, text)).toEqual({ value });
  });

  test.each([
    ['failover', 'yes', 'the param failover is "yes"; allowed: on or off'],
    ['failover', '', 'the param failover is not given; allowed: on or off'],
    ['failover', 'true', 'the param failover is "true"; allowed: on or off'],
    ['rebalance', 'report', 'the param rebalance is "report"; allowed: on or off'],
    ['passRoles', '', 'the param passRoles is not given; allowed: ARNs of the roles'],
    ['passRoles', '*', 'the param passRoles is "*"; allowed: ARNs of the roles'],
    ['passRoles', 'arn:aws:iam::123456789012:role/*', 'the param passRoles is "arn:aws:iam::123456789012:role/*"'],
    ['passRoles', `${role} web`, `the param passRoles is "${role} web"`],
  ])('%s may not be %j, which is said', (name, text, problem) => {
    expect(checkedParam(name, text).problem).toContain(problem);
  });

  test('stops the packaging when it is wrong, with what is allowed', async () => {
    const packaged = packageStack(['--param', 'failover=yes']);
    await expect(packaged).rejects.toThrow('the param failover is "yes"; allowed: on or off');
  });

  test.each(['failover', 'rebalance'])('passRoles must be given with %s', async (part) => {
    const packaged = packageStack(['--param', `${part}=on`]);
    // Once, in however many places of the template it is used.
    await expect(packaged).rejects.toThrow(
      /^serverless package failed:\nthe param passRoles is not given; allowed: ARNs of the roles[^\n]*$/,
    );
  });
});
