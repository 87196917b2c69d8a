import { describe, expect, test } from 'vitest';
import { instanceCatalogue } from '../../../shared/aws/instance-types.ts';
import { describeImage, launchTemplate } from '../../../shared/aws/launch-templates.ts';
import { configurationName, configurationOf, placementScores } from '../../../shared/aws/placement-scores.ts';
import { onDemandPrices, spotPrices } from '../../../shared/aws/prices.ts';
import { pricingRegion } from '../../../shared/aws/rebalance-clients.ts';
import { REGION, rebalanceShop } from './rebalance-shop.ts';

describe('the catalogue of a region', () => {
  test('has every type with what tasks need of it, and the zones that offer it', async () => {
    const { run, rebalance, calls } = rebalanceShop();
    const { types, zones } = await run(instanceCatalogue(rebalance.ec2));
    expect(types.size).toBeGreaterThan(500);
    expect(types.get('m6i.large')).toEqual({
      type: 'm6i.large',
      vcpus: 2,
      memoryMiB: 8_192,
      architectures: ['x86_64'],
      virtualization: ['hvm'],
      spot: true,
      gpus: 0,
      burstable: false,
      localStorage: false,
      bareMetal: false,
      currentGeneration: false,
      interfaces: 3,
    });
    expect(types.get('g4dn.12xlarge')).toMatchObject({ gpus: 4, localStorage: true });
    expect(types.get('t4g.small')).toMatchObject({ burstable: true, architectures: ['arm64'] });
    expect([...(zones.get('m6i.large') ?? [])].sort()).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(calls('DescribeInstanceTypes').length).toBe(Math.ceil(types.size / 100));
  });
});

describe('prices', () => {
  test('of Spot are those of the moment, by pool, in integer nano-dollars', async () => {
    const { run, rebalance, edge, region } = rebalanceShop();
    const pool = { type: 'm6i.large', zone: 'eu-west-1a' };
    const prices = await run(spotPrices(rebalance.ec2, edge.now()));
    const dollars = region.parts.fleet.market.price(pool);
    expect(prices.get('m6i.large eu-west-1a')).toBe(Math.round(dollars * 1e9));
    expect([...prices.values()].every((price) => Number.isSafeInteger(price) && price > 0)).toBe(true);
  });

  test('of On-Demand come from the Price List, which has an endpoint elsewhere, bare metal too', async () => {
    const { run, rebalance, calls } = rebalanceShop();
    const prices = await run(onDemandPrices(rebalance.pricing, REGION));
    expect(prices.get('m6i.large')).toBe(96_000_000);
    expect(prices.get('m5.metal')).toBeGreaterThan(prices.get('m6i.large') ?? 0);
    expect(new Set(calls('GetProducts'))).toEqual(new Set(['ok']));
  });

  test.each([
    ['eu-west-1', 'eu-central-1'],
    ['ap-southeast-2', 'ap-south-1'],
    ['us-west-2', 'us-east-1'],
    ['sa-east-1', 'us-east-1'],
  ])('for %s are asked in %s', (region, endpoint) => {
    expect(pricingRegion(region)).toBe(endpoint);
  });
});

describe('placement scores', () => {
  const TYPES = ['m6i.large', 'm5.large', 'c6i.xlarge'];

  test('are told by the name of the zone', async () => {
    const { run, rebalance } = rebalanceShop();
    const scores = await run(placementScores(rebalance.ec2, REGION, configurationOf(TYPES, 4)));
    expect(Object.keys(scores ?? {}).sort()).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(Object.values(scores ?? {}).every((score) => score >= 1 && score <= 10)).toBe(true);
  });

  test('are none when AWS takes no new configuration', async () => {
    const { run, rebalance } = rebalanceShop();
    const ask = (n: number) => run(placementScores(rebalance.ec2, REGION, configurationOf(TYPES, n)));
    for (let power = 0; power < 10; power += 1) expect(await ask(2 ** power)).toBeDefined();
    expect(await ask(2 ** 10)).toBeUndefined();
    expect(await ask(1)).toBeDefined();
  });

  test('for the same types in any order and about as many instances are one configuration', () => {
    const name = (types: readonly string[], target: number) => configurationName(configurationOf(types, target));
    expect(name(TYPES, 5)).toBe(name(TYPES.toReversed(), 8));
    expect(name(TYPES, 5)).not.toBe(name(TYPES, 4));
    expect(name(TYPES, 5)).not.toBe(name(TYPES.slice(1), 5));
    expect(configurationOf(TYPES, 0).target).toBe(1);
  });
});

describe('a launch template', () => {
  test('names type and image in the version asked for', async () => {
    const { run, rebalance, templates } = rebalanceShop();
    const template = templates.create({ name: 'plain', data: { InstanceType: 'm5.large', ImageId: 'ami-1' } });
    templates.addVersion(template, { data: { InstanceType: 'm6g.large', ImageId: 'ami-0123456789abcdef1' } });
    const read = (version: string | undefined, ref: object = { id: template.id, name: template.name }) =>
      run(launchTemplate(rebalance.ec2, { id: undefined, name: undefined, ...ref, version }));
    expect(await read('1')).toEqual({ type: 'm5.large', imageId: 'ami-1', drainsByAgent: false });
    expect(await read('$Latest')).toEqual({
      type: 'm6g.large',
      imageId: 'ami-0123456789abcdef1',
      drainsByAgent: false,
    });
    expect(await read(undefined, { name: 'plain' })).toEqual({
      type: 'm5.large',
      imageId: 'ami-1',
      drainsByAgent: false,
    });
    expect(await read('7')).toBeUndefined();
    expect(await read('1', { name: 'gone' })).toBeUndefined();
  });

  test.each([
    ['a script for ecs.config', 'echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config', true],
    ['a script with quotes', 'echo \'ECS_ENABLE_SPOT_INSTANCE_DRAINING="true"\' >> /etc/ecs/ecs.config', true],
    [
      'a script of Windows',
      '[Environment]::SetEnvironmentVariable("ECS_ENABLE_SPOT_INSTANCE_DRAINING", "true", "Machine")',
      true,
    ],
    ['the settings of Bottlerocket', '[settings.ecs]\nenable-spot-instance-draining = true', true],
    ['a script that says false', 'echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=false >> /etc/ecs/ecs.config', false],
    ['a comment', '# ECS_ENABLE_SPOT_INSTANCE_DRAINING=true', false],
    ['none', undefined, false],
  ])('whose user data is %s says whether the agent drains', async (_, script, drains) => {
    const { run, rebalance, templates } = rebalanceShop();
    const text = script === undefined ? {} : { UserData: Buffer.from(`#!/bin/bash\n${script}\n`).toString('base64') };
    const { id } = templates.create({ name: 'drains', data: { InstanceType: 'm5.large', ...text } });
    const read = await run(launchTemplate(rebalance.ec2, { id, name: undefined, version: undefined }));
    expect(read?.drainsByAgent).toBe(drains);
  });

  test('of a simulated group says what its agents do', async () => {
    const drains = async (agentDrainsOnSpot: boolean) => {
      const { run, rebalance } = rebalanceShop({ group: { agentDrainsOnSpot } });
      return (await run(launchTemplate(rebalance.ec2, { id: undefined, name: 'web', version: '1' })))?.drainsByAgent;
    };
    expect([await drains(true), await drains(false)]).toEqual([true, false]);
  });

  test.each([
    ['ami-0123456789abcdef0', { architecture: 'x86_64', virtualization: 'hvm' }],
    ['ami-0123456789abcdef1', { architecture: 'arm64', virtualization: 'hvm' }],
    ['ami-00000000000000bad', undefined],
    ['resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id', undefined],
  ])('with the image %s starts instances of it', async (imageId, image) => {
    const { run, rebalance } = rebalanceShop();
    expect(await run(describeImage(rebalance.ec2, imageId))).toEqual(image);
  });
});
