import { sizeOf } from '../ec2/instance.ts';
import { canTrunk, eniSlots } from './eni.ts';
import { gpusOf } from './gpus.ts';

/** What the agent of an instance registers: CPU units, MiB, GPUs and awsvpc tasks. */
export type RegisteredCapacity = {
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  readonly eniSlots: number;
  readonly trunking: boolean;
};

/** The capacity that an instance of a type registers. @param trunking the account setting awsvpcTrunking */
export const registeredCapacity = (type: string, trunking: boolean): RegisteredCapacity => {
  const { vcpus, memoryMiB } = sizeOf(type);
  const trunks = trunking && canTrunk(type);
  return {
    cpu: vcpus * 1_024,
    // The kernel and ECS_RESERVED_MEMORY take a part: an m6i.large of 8,192 MiB registers about 7,680.
    memory: Math.floor((memoryMiB * 15) / 16),
    gpus: gpusOf(type),
    eniSlots: eniSlots(type, trunks),
    trunking: trunks,
  };
};
