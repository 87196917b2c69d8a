import { ECS } from '@aws-sdk/client-ecs';
import type { AccountOptions } from '../../../sim/account.ts';
import { pinned } from '../clients.ts';
import { regionName, smallAccount } from '../small-account.ts';

/** A small account with a real SDK client of ECS. */
export const api = (options: Partial<AccountOptions> = {}) => {
  const world = smallAccount({ buckets: false, ...options });
  const { clock, endpoint } = world.account;
  const requestHandler = endpoint.handler({ region: regionName, caller: 'test' });
  const ecs = new ECS({ ...pinned, region: regionName, requestHandler });
  return {
    ...world,
    /** Makes a call; it takes a tenth of a second of virtual time. */
    ask: async <T>(call: (ecs: ECS) => Promise<T>): Promise<T> => {
      const outcome = clock.track(call(ecs)).then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      await clock.run(clock.now() + 100);
      return (await outcome)();
    },
  };
};

/** Subnets, one in each zone. */
export const inVpc = {
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-eu-west-1a', 'subnet-eu-west-1b'], securityGroups: ['sg-1'] },
  },
};

/** A task definition that runs on EC2 and on Fargate. */
export const anywhere = {
  family: 'job',
  networkMode: 'awsvpc' as const,
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'public.ecr.aws/docker/library/busybox:1' }],
};
