import type { Tag } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedTags } from '../../../sim/ecs/tags.ts';
import { anywhere, api } from './api.ts';

/** One of each kind of resource, by kind. */
const resources = async () => {
  const world = api();
  const { region, ask } = world;
  const cluster = region.createCluster({ name: 'prod' });
  const { id } = region.addInstance({ cluster, type: 'm6i.large', zone: 'eu-west-1a' });
  const service = region.createService({ cluster, name: 'web' });
  const task = region.runTask({ cluster, family: 'job' });
  const { taskDefinition } = await ask((ecs) => ecs.registerTaskDefinition(anywhere));
  const arns = {
    cluster: cluster.arn,
    service: service.arn,
    task: task.arn,
    'container instance': region.parts.ecs.instances.byEc2Id.get(id)?.arn ?? '',
    'task definition': taskDefinition?.taskDefinitionArn ?? '',
  };
  return { ...world, cluster, arns };
};

describe('TagResource and UntagResource', () => {
  test.each(['cluster', 'service', 'task', 'container instance', 'task definition'] as const)(
    'change the tags of a %s',
    async (kind) => {
      const { ask, arns } = await resources();
      const resourceArn = arns[kind];
      const list = async () => (await ask((ecs) => ecs.listTagsForResource({ resourceArn }))).tags;
      const tags = [
        { key: 'team', value: 'shop' },
        { key: 'stage', value: 'prod' },
      ];
      await ask((ecs) => ecs.tagResource({ resourceArn, tags }));
      await ask((ecs) => ecs.tagResource({ resourceArn, tags: [{ key: 'team', value: 'web' }] }));
      expect(await list()).toEqual([
        { key: 'team', value: 'web' },
        { key: 'stage', value: 'prod' },
      ]);
      await ask((ecs) => ecs.untagResource({ resourceArn, tagKeys: ['team', 'unknown'] }));
      expect(await list()).toEqual([{ key: 'stage', value: 'prod' }]);
    },
  );

  test('refuse what is no resource of ECS, and what is not there', async () => {
    const { ask, cluster } = await resources();
    const list = (resourceArn: string) => ask((ecs) => ecs.listTagsForResource({ resourceArn }));
    await expect(list('prod')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(list(`${cluster.arn}x`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(list(cluster.arn.replace('eu-west-1', 'eu-west-2'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('tags', () => {
  test.each<[string, Tag[]]>([
    ['a key of 129 characters', [{ key: 'k'.repeat(129), value: '' }]],
    ['an empty key', [{ key: '', value: 'v' }]],
    ['a value of 257 characters', [{ key: 'k', value: 'v'.repeat(257) }]],
    ['a character that is not allowed', [{ key: 'k', value: 'a,b' }]],
    ['a key that begins with aws:', [{ key: 'AWS:k', value: 'v' }]],
    ['a value that begins with aws:', [{ key: 'k', value: 'aws:v' }]],
    [
      'a key that is there twice',
      [
        { key: 'k', value: 'a' },
        { key: 'k', value: 'b' },
      ],
    ],
    ['more than fifty', Array.from({ length: 51 }, (_, n) => ({ key: `k${n}`, value: '' }))],
  ])('are refused with %s', (_, tags) => {
    expect(() => checkedTags(tags)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
  });

  test('count together with those that are there, and those of AWS do not count', () => {
    const present = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, '']));
    expect(() => checkedTags([{ key: 'more', value: '' }], present)).toThrow('limit of 50');
    expect(checkedTags([{ key: 'k0', value: 'new' }], present)).toMatchObject({ k0: 'new' });
    const { k0: _, ...others } = present;
    expect(() => checkedTags([{ key: 'more', value: '' }], { ...others, 'aws:ecs:clusterName': 'prod' })).not.toThrow();
  });

  test('may have letters and numbers of any script, spaces and + - = . _ : / @', () => {
    const unit = fc.constantFrom('a', 'Z', 'é', '漢', '٣', ' ', '+', '-', '=', '.', '_', ':', '/', '@');
    fc.assert(
      fc.property(
        fc.string({ unit, minLength: 1, maxLength: 128 }),
        fc.string({ unit, maxLength: 256 }),
        (key, value) => {
          fc.pre(!/^aws:/i.test(key) && !/^aws:/i.test(value));
          expect(checkedTags([{ key, value }])).toEqual({ [key]: value });
        },
      ),
    );
  });
});
