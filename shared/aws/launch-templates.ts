import { Buffer } from 'node:buffer';
import { DescribeImagesCommand, DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Image, TemplateRef } from '../model/offerings.ts';
import { isUnreadableTemplate } from './errors.ts';

/** What of a launch template decides which instance types fit, and how its instances leave. */
export type TemplateData = {
  readonly type: string | undefined;
  readonly imageId: string | undefined;
  /** Does its user data tell the ECS agent to drain an instance under a Spot notice? */
  readonly drainsByAgent: boolean;
};

/**
 * What a version of a launch template says; without a version its default one. undefined: there is none, or it is not
 * ours to read.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
 */
export async function launchTemplate(ec2: EC2Client, template: TemplateRef): Promise<TemplateData | undefined> {
  const { id, name, version = '$Default' } = template;
  // A request names a template by id or by name, not both.
  const which = id === undefined ? { LaunchTemplateName: name } : { LaunchTemplateId: id };
  const answer = await unlessUnreadable(
    ec2.send(new DescribeLaunchTemplateVersionsCommand({ ...which, Versions: [version] })),
  );
  const data = answer?.LaunchTemplateVersions?.[0]?.LaunchTemplateData;
  return data && { type: data.InstanceType, imageId: data.ImageId, drainsByAgent: drainsByAgent(data.UserData) };
}

/**
 * The agent's variable, as scripts write it into ecs.config or set it on Windows, or Bottlerocket's `settings.ecs`. User data
 * that is compressed, or that fetches its script from elsewhere, says nothing.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/spot-instance-draining-linux-container.html
 */
function drainsByAgent(userData = ''): boolean {
  const text = Buffer.from(userData, 'base64').toString('utf8');
  return (
    /^[^#\n]*ECS_ENABLE_SPOT_INSTANCE_DRAINING["']?\s*[=,]\s*["']?true\b/im.test(text) ||
    /^\s*"?enable-spot-instance-draining"?\s*=\s*true\b/m.test(text)
  );
}

/**
 * An image as EC2 describes it. undefined: EC2 does not know it, it is not ours to see, or a Systems Manager parameter
 * (`resolve:ssm:…`) stands for it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export async function describeImage(ec2: EC2Client, imageId: string): Promise<Image | undefined> {
  if (!imageId.startsWith('ami-')) return undefined;
  const answer = await unlessUnreadable(ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] })));
  const { Architecture: architecture, VirtualizationType: virtualization } = answer?.Images?.[0] ?? {};
  return architecture === undefined || virtualization === undefined ? undefined : { architecture, virtualization };
}

async function unlessUnreadable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUnreadableTemplate(error)) return undefined;
    throw error;
  }
}
