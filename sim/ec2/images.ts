import type { Image, Instance } from '@aws-sdk/client-ec2';

/** How EC2 bills Linux and Windows. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html */
const linux = { PlatformDetails: 'Linux/UNIX', UsageOperation: 'RunInstances' } as const;
const windows = { PlatformDetails: 'Windows', UsageOperation: 'RunInstances:0002', Platform: 'Windows' } as const;

/** The ECS-optimized images that every region has: one for each architecture, and one of Windows. */
const images = [
  {
    id: 'ami-0123456789abcdef0',
    architecture: 'x86_64',
    billing: linux,
    name: 'al2023-ami-ecs-hvm-2023.0.20260801-kernel-6.1-x86_64',
  },
  {
    id: 'ami-0123456789abcdef1',
    architecture: 'arm64',
    billing: linux,
    name: 'al2023-ami-ecs-hvm-2023.0.20260801-kernel-6.1-arm64',
  },
  {
    id: 'ami-0123456789abcdef2',
    architecture: 'x86_64',
    billing: windows,
    name: 'Windows_Server-2022-English-Full-ECS_Optimized-2026.08.12',
  },
] as const;

export type ImageArchitecture = (typeof images)[number]['architecture'];

/** The image that an instance runs when nothing says which. */
export const imageFor = (architecture: string): string =>
  (images.find((image) => image.architecture === architecture) ?? images[0]).id;

/** The architecture of an image; one that the account does not know counts as x86_64. */
export const architectureOf = (imageId: string): ImageArchitecture =>
  images.find(({ id }) => id === imageId)?.architecture ?? 'x86_64';

/** What an instance of an image is billed as; one that the account does not know counts as Linux. */
export const billingOf = (imageId: string): Pick<Instance, 'PlatformDetails' | 'UsageOperation' | 'Platform'> =>
  images.find(({ id }) => id === imageId)?.billing ?? linux;

/** The images as DescribeImages shows them. */
export const imageShapes = (): Image[] =>
  images.map(({ id, architecture, billing, name }) => ({
    ImageId: id,
    Name: name,
    Architecture: architecture,
    State: 'available',
    OwnerId: '591542846629',
    ImageOwnerAlias: 'amazon',
    Public: true,
    ImageType: 'machine',
    ...billing,
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    CreationDate: '2026-08-01T00:00:00.000Z',
  }));
