import type { Catalogue, InstanceType } from '../shared/model/offerings.ts';
import { typeInfo } from '../sim/ec2/instance-type.ts';

/** These types as the simulated EC2 has them, offered in all of these zones. */
export const realCatalogue = (names: readonly string[], zones: readonly string[]): Catalogue => ({
  types: new Map(names.map((name) => [name, realType(name)])),
  zones: new Map(names.map((name) => [name, new Set(zones)])),
});

function realType(type: string): InstanceType {
  const info = typeInfo(type);
  return {
    type,
    vcpus: info.vcpus,
    memoryMiB: info.memoryMiB,
    architectures: info.architectures,
    virtualization: ['hvm'],
    spot: info.usageClasses.includes('spot'),
    gpus: info.gpus,
    burstable: info.burstable,
    localStorage: info.localStorage,
    bareMetal: info.bareMetal,
    currentGeneration: info.currentGeneration,
    interfaces: info.maxEnis,
  };
}
