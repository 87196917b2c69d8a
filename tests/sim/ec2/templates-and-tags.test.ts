import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeTagsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { clientsOf, settle } from '../clients.ts';
import { smallAccount } from '../small-account.ts';

const world = () => {
  const { account, region } = smallAccount();
  const { ec2 } = clientsOf(account.endpoint);
  const wait = <T>(work: Promise<T>) => settle(account.clock, work);
  return { region, ec2, wait };
};

describe('launch templates', () => {
  const LaunchTemplateName = 'nodes';

  test('have versions, of which a later one can build on an earlier', async () => {
    const { ec2, wait } = world();
    const created = await wait(
      ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName,
          LaunchTemplateData: { InstanceType: 'm6i.large', ImageId: 'ami-0123456789abcdef0' },
        }),
      ),
    );
    expect(created.LaunchTemplate).toMatchObject({ LatestVersionNumber: 1, DefaultVersionNumber: 1 });
    await wait(
      ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateName,
          SourceVersion: '1',
          LaunchTemplateData: { InstanceType: 'c5.large' },
        }),
      ),
    );
    const versions = (Versions: string[]) =>
      wait(ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions })));
    expect((await versions(['$Latest'])).LaunchTemplateVersions).toMatchObject([
      { VersionNumber: 2, LaunchTemplateData: { InstanceType: 'c5.large', ImageId: 'ami-0123456789abcdef0' } },
    ]);
    expect((await versions(['$Default'])).LaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, DefaultVersion: true, LaunchTemplateData: { InstanceType: 'm6i.large' } },
    ]);
    await wait(ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName, DefaultVersion: '2' })));
    expect((await versions(['$Default'])).LaunchTemplateVersions).toMatchObject([{ VersionNumber: 2 }]);
    expect((await versions([])).LaunchTemplateVersions?.map(({ VersionNumber }) => VersionNumber)).toEqual([2, 1]);
    await expect(versions(['3'])).rejects.toMatchObject({ name: 'InvalidLaunchTemplateId.VersionNotFound' });
  });

  test('are refused twice by one name, with a short name, and by an unknown id', async () => {
    const { ec2, wait } = world();
    const create = (name: string) =>
      wait(
        ec2.send(
          new CreateLaunchTemplateCommand({
            LaunchTemplateName: name,
            LaunchTemplateData: { InstanceType: 'm5.large' },
          }),
        ),
      );
    await create('nodes');
    await expect(create('nodes')).rejects.toMatchObject({
      name: 'InvalidLaunchTemplateName.AlreadyExistsException',
      message: 'Launch template name already in use.',
    });
    await expect(create('a')).rejects.toMatchObject({ name: 'InvalidLaunchTemplateName.MalformedException' });
    const tagged = new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'other',
      LaunchTemplateData: { InstanceType: 'm5.large' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
    });
    await expect(wait(ec2.send(tagged))).rejects.toThrow("'instance' is not a valid taggable resource type");
    const unknown = ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: ['lt-0'] }));
    await expect(wait(unknown)).rejects.toMatchObject({ name: 'InvalidLaunchTemplateId.NotFound' });
  });
});

test('DescribeImages tells the architecture of an image', async () => {
  const { ec2, wait } = world();
  const { Images } = await wait(ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-0123456789abcdef1'] })));
  expect(Images).toMatchObject([{ Architecture: 'arm64', State: 'available' }]);
  const unknown = ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-0'] }));
  await expect(wait(unknown)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
});

describe('tags', () => {
  test('can be put on an instance, found, and taken away by value', async () => {
    const { ec2, wait, region } = world();
    const { id } = region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a', tags: { Name: 'web' } });
    const Tags = [{ Key: 'spotkeeper', Value: 'off' }];
    await wait(ec2.send(new CreateTagsCommand({ Resources: [id, 'subnet-eu-west-1a'], Tags })));
    const Filters = [{ Name: 'tag:spotkeeper', Values: ['off'] }];
    const { Reservations } = await wait(ec2.send(new DescribeInstancesCommand({ Filters })));
    expect(Reservations).toHaveLength(1);
    const listed = await wait(
      ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['spotkeeper'] }] })),
    );
    expect(listed.Tags?.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'subnet']);
    await wait(ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'spotkeeper', Value: 'on' }] })));
    expect(region.parts.fleet.find(id).tags).toEqual({ Name: 'web', spotkeeper: 'off' });
    await wait(ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'spotkeeper' }] })));
    expect(region.parts.fleet.find(id).tags).toEqual({ Name: 'web' });
  });

  test('are refused when they are reserved, too many, or for nothing', async () => {
    const { ec2, wait, region } = world();
    const { id } = region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a' });
    const tag = (Resources: string[], Tags: { Key: string; Value: string }[]) =>
      wait(ec2.send(new CreateTagsCommand({ Resources, Tags })));
    await expect(tag([id], [{ Key: 'aws:x', Value: '' }])).rejects.toThrow('reserved for internal use');
    const many = Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
    await expect(tag([id], many)).rejects.toMatchObject({ name: 'TagLimitExceeded' });
    await expect(tag(['i-0'], [{ Key: 'a', Value: 'b' }])).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    });
    await expect(tag(['x'], [{ Key: 'a', Value: 'b' }])).rejects.toMatchObject({ name: 'InvalidID' });
    expect(region.parts.fleet.find(id).tags).toEqual({});
  });
});
