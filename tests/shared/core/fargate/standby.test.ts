import { describe, expect, test } from 'vitest';
import { fingerprint, standbySpec } from '../../../../shared/core/fargate/standby.ts';
import { standbyName } from '../../../../shared/core/standby-name.ts';
import { balancer, webService } from './web.ts';

const network = { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: false };
const parts = { rung: 'fargate-spot' as const, definition: 'arn:derived:1', network, balancers: [balancer] };

describe('a standby service', () => {
  test('has what its main service has, and says whose it is', () => {
    expect(standbySpec(webService, parts)).toEqual({
      cluster: 'prod',
      name: 'web-fargate-spot',
      main: 'web',
      rung: 'fargate-spot',
      definition: 'arn:derived:1',
      network,
      balancers: [balancer],
      graceSeconds: 30,
      exec: false,
      propagateTags: 'SERVICE',
      managedTags: true,
      registries: [],
      connectConfiguration: undefined,
      tags: { team: 'shop', 'spotkeeper:standby-of': 'web', 'spotkeeper:rung': 'fargate-spot' },
    });
  });

  test('has no grace period without load balancer, which ECS would refuse', () => {
    expect(standbySpec(webService, { ...parts, balancers: [] }).graceSeconds).toBeUndefined();
  });

  test('takes over the Service Connect of a client', () => {
    const connectConfiguration = { enabled: true, namespace: 'shop' };
    const client = { ...webService, serviceConnect: 'client' as const, connectConfiguration };
    expect(standbySpec(client, parts).connectConfiguration).toEqual(connectConfiguration);
  });

  test("leaves out AWS's tags and settings of spotkeeper, and keeps within 50 tags", () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`key-${n}`, 'value']));
    const tags = { ...many, 'aws:cloudformation:stack-name': 'shop', 'spotkeeper:failover': 'fargate' };
    const keys = Object.keys(standbySpec({ ...webService, tags }, parts).tags);
    expect(keys).toHaveLength(50);
    expect(keys.filter((key) => /^(aws|spotkeeper):/.test(key))).toEqual(['spotkeeper:standby-of', 'spotkeeper:rung']);
  });

  test('has a name of at most 255 characters', () => {
    expect(standbyName('web', 'fargate')).toBe('web-fargate');
    expect(standbyName('w'.repeat(255), 'fargate-spot')).toHaveLength(255);
  });
});

describe('the fingerprint of a standby', () => {
  const spec = standbySpec(webService, parts);

  test('is the same for both rungs, in any order and whatever the desired count', () => {
    const again = standbySpec({ ...webService, desired: 9, running: 2 }, { ...parts, rung: 'fargate' });
    const reordered = {
      ...again,
      network: { assignPublicIp: false, securityGroups: ['sg-2', 'sg-1'], subnets: ['subnet-b', 'subnet-a'] },
      tags: Object.fromEntries(Object.entries(again.tags).reverse()),
    };
    expect(fingerprint(reordered)).toBe(fingerprint(spec));
  });

  test.each([
    ['revision', { definition: 'arn:derived:2' }],
    ['network', { network: { ...network, subnets: ['subnet-a'] } }],
    ['target group', { balancers: [] }],
    ['grace period', { graceSeconds: 31 }],
    ['exec', { exec: true }],
    ['tags', { tags: { ...spec.tags, team: 'other' } }],
    ['registry', { registries: [{ registryArn: 'arn:registry' }] }],
    ['Service Connect', { connectConfiguration: { enabled: true } }],
  ])('is another one when the %s is', (_, change) => {
    expect(fingerprint({ ...spec, ...change })).not.toBe(fingerprint(spec));
  });
});
