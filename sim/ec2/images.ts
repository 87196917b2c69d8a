import type { Image } from '@aws-sdk/client-ec2';

/** The ECS-optimized images that every region has: one for each architecture. */
const images = [
  { id: 'ami-0123456789abcdef0', architecture: 'x86_64', name: 'al2023-ami-ecs-hvm-2023.0.20260801-kernel-6.1-x86_64' },
  { id: 'ami-0123456789abcdef1', architecture: 'arm64', name: 'al2023-ami-ecs-hvm-2023.0.20260801-kernel-6.1-arm64' },
] as const;

export type ImageArchitecture = (typeof images)[number]['architecture'];

/** The image that an instance runs when nothing says which. */
export const imageFor = (architecture: string): string =>
  (images.find((image) => image.architecture === architecture) ?? images[0]).id;

/** The architecture of an image; one that the account does not know counts as x86_64. */
export const architectureOf = (imageId: string): ImageArchitecture =>
  images.find(({ id }) => id === imageId)?.architecture ?? 'x86_64';

/** The images as DescribeImages shows them. */
export const imageShapes = (): Image[] =>
  images.map(({ id, architecture, name }) => ({
    ImageId: id,
    Name: name,
    Architecture: architecture,
    State: 'available',
    OwnerId: '591542846629',
    ImageOwnerAlias: 'amazon',
    Public: true,
    ImageType: 'machine',
    PlatformDetails: 'Linux/UNIX',
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    CreationDate: '2026-08-01T00:00:00.000Z',
  }));
