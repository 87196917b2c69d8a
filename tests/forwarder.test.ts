import { describe, expect, test } from 'vitest';
import { checkForwarderRegion, forwarderTemplate } from '../scripts/forwarder.mjs';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { decoders } from '../shared/events/event.ts';
import { referencesResolve, rightsAreNarrow } from './tidy/permissions.ts';
import { ofType, referencesIn, type Template } from './tidy/template.ts';

const MAIN_REGION = 'eu-west-1';

const patterns = ({ Resources }: Template): readonly string[] =>
  Object.values(Resources).flatMap(({ Properties }) =>
    Properties.EventPattern ? [JSON.stringify(Properties.EventPattern)] : [],
  );

const recommendations = JSON.stringify(decoders['rebalance-recommended'].pattern);

describe.each([
  ['without failover and rebalance', {}, false],
  ['with failover', { failover: true }, false],
  ['with rebalance', { rebalance: true }, true],
  ['with failover and rebalance', { failover: true, rebalance: true }, true],
])('the forwarder of a stack %s', async (_, parts, forwardsRecommendations) => {
  const main: Template = await packagedTemplate(parts);
  const forwarder: Template = forwarderTemplate(main, MAIN_REGION);

  test('has the patterns of the main stack, each once, with the main bus as target', () => {
    expect(patterns(forwarder)).toEqual([...new Set(patterns(main))]);
    expect(ofType(forwarder, 'AWS::Events::Rule').some(([, rule]) => rule.Properties.ScheduleExpression)).toBe(false);
    for (const [, rule] of ofType(forwarder, 'AWS::Events::Rule')) {
      expect(referencesIn(rule.Properties.Targets)).toContain('MainRegion');
    }
  });

  test('forwards rebalance recommendations where rebalance is on, only there', () => {
    expect(patterns(forwarder).includes(recommendations)).toBe(forwardsRecommendations);
  });

  test('may put events on that bus and nothing else', () => {
    expect(rightsAreNarrow(forwarder)).toEqual([]);
    expect(referencesResolve(forwarder)).toEqual([]);
    const [policy] = forwarder.Resources.ForwarderRole?.Properties.Policies ?? [];
    expect(policy.PolicyDocument.Statement).toHaveLength(1);
    expect(policy.PolicyDocument.Statement[0].Action).toBe('events:PutEvents');
  });
});

describe('the forwarder of a further region', () => {
  test.each(['us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'eusc-de-east-1'])('can be in %s', (region) => {
    expect(() => checkForwarderRegion(region, MAIN_REGION)).not.toThrow();
  });

  test.each(['us-east1', 'useast-1-a', '', '../../x', 'eu-west-1'])('cannot be in "%s", which it says', (region) => {
    expect(() => checkForwarderRegion(region, MAIN_REGION)).toThrow(`--forwarder is "${region}"`);
  });
});
