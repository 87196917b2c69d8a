import { describe, expect, test } from 'vitest';
import { describeTaskDefinition, registerTaskDefinition } from '../../../shared/aws/task-definitions.ts';
import { writeOutcome } from '../../../shared/aws/write-outcome.ts';
import { AwsError } from '../../../sim/service.ts';
import { aPrepared } from '../../given.ts';
import { because, lendingShop } from './lending-shop.ts';

describe('a derived revision', () => {
  const registered = async (changes: object = {}) => {
    const shop = lendingShop();
    const { ecs } = shop.failover;
    const read = await shop.run(describeTaskDefinition(ecs, shop.definition));
    const definition = { ...read, ...changes, family: 'checkout-fargate' };
    const action = {
      ...because,
      do: 'register',
      main: 'checkout',
      definition,
      tags: { from: 'checkout:1' },
      ifRefused: aPrepared(),
    } as const;
    const outcome = await shop.run(writeOutcome(action, 'it', () => registerTaskDefinition(ecs, action)));
    return { ...shop, ecs, outcome };
  };

  test('is registered from what ECS described, and found by its family with its tags', async () => {
    const { outcome, run, ecs } = await registered();
    expect(outcome).toMatchObject({ result: 'done' });
    expect(await run(describeTaskDefinition(ecs, 'checkout-fargate'))).toMatchObject({
      family: 'checkout-fargate',
      revision: 1,
      tags: { from: 'checkout:1' },
      compatibilities: expect.arrayContaining(['FARGATE']),
    });
  });

  test('that ECS refuses comes back with its words', async () => {
    const { outcome } = await registered({ cpu: '300', requiresCompatibilities: ['FARGATE'] });
    expect(outcome).toMatchObject({ result: 'failed', retry: false, refusal: expect.stringContaining('Exception: ') });
  });

  test('of a family that another call registers right now is registered later', async () => {
    const message = 'Too many concurrent attempts to create a new revision of the specified family.';
    const shop = lendingShop({
      faults: ({ operation }) =>
        operation === 'RegisterTaskDefinition'
          ? { error: new AwsError('ClientException', message, 400), when: 'before' }
          : undefined,
    });
    const definition = { family: 'checkout-fargate', containerDefinitions: [] };
    const action = {
      ...because,
      do: 'register',
      main: 'checkout',
      definition,
      tags: {},
      ifRefused: aPrepared(),
    } as const;
    const outcome = await shop.run(writeOutcome(action, 'it', () => registerTaskDefinition(shop.failover.ecs, action)));
    expect(outcome).toMatchObject({ result: 'failed', retry: true });
  });

  test('that does not exist is undefined', async () => {
    const { run, failover } = lendingShop();
    expect(await run(describeTaskDefinition(failover.ecs, 'nobody'))).toBeUndefined();
  });
});
