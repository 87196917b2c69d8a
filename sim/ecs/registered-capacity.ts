import { typeInfo } from '../ec2/instance-type.ts';

/** What the agent of an instance registers: CPU units, MiB, GPUs and awsvpc tasks. */
export type RegisteredCapacity = {
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  readonly eniSlots: number;
  readonly trunking: boolean;
};

/**
 * The capacity that an instance of a type registers.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
 * @param trunking the account setting awsvpcTrunking when it registers; types without trunking ignore it
 * @throws Error for an unknown type
 */
export const registeredCapacity = (type: string, trunking: boolean): RegisteredCapacity => {
  const { vcpus, memoryMiB, gpus, taskLimitNoTrunk, ecsTrunkTaskLimit } = typeInfo(type);
  const trunked = trunking ? ecsTrunkTaskLimit : undefined;
  return {
    cpu: vcpus * 1_024,
    // The kernel and ECS_RESERVED_MEMORY take a part: an m6i.large of 8,192 MiB registers about 7,680.
    memory: Math.floor((memoryMiB * 15) / 16),
    gpus,
    eniSlots: trunked ?? taskLimitNoTrunk,
    trunking: trunked !== undefined,
  };
};
