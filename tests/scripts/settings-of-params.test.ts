import { describe, expect, test } from 'vitest';
import { knownSettings, paramProblems } from '../../scripts/osls/settings-of-params.mjs';
import { packageStack } from '../../scripts/package.mjs';

describe('the params of a deployment', async () => {
  const settings = await knownSettings();

  test('may be any setting with a value that its function takes', () => {
    expect(paramProblems(['mode=act', 'minPools=4', 'failoverDefault=fargate-spot/fargate'], settings)).toEqual([]);
  });

  test('may be those of the stack, which are checked elsewhere', () => {
    expect(paramProblems(['failover=on', 'passRoles=x', 'alarmTopic=y=z'], settings)).toEqual([]);
  });

  test.each([
    ['mod=act', 'there is no param mod; there are alarmTopic, '],
    ['mode', 'the param mode is ""; allowed: observe or act'],
    ['minPools=many', 'the param minPools is "many"; allowed: a whole number from 1 to 40'],
  ])('may not be %s, which is said with what is allowed', (given, problem) => {
    expect(paramProblems([given], settings).join()).toContain(problem);
  });

  test('stop the packaging when one is misspelt, which is all that is said', async () => {
    const packaged = packageStack(['--param', 'mdoe=act']);
    await expect(packaged).rejects.toThrow(/^serverless package failed:\nthere is no param mdoe; there are [^\n]*$/);
  });
});
