import type { Catalogue, Demand, Image, InstanceType } from '../../model/offerings.ts';
import { tooSmallFor } from './slots.ts';

export type TypePolicy = {
  readonly typeChoice: 'like' | 'wide' | 'fixed';
  readonly localStorage: 'avoid' | 'allow';
  readonly burstable: 'avoid' | 'allow';
};

/** A group, as far as it decides what it may run. */
export type Runs = {
  /** The user's own types. */
  readonly own: readonly string[];
  /** Types with a launch template or an image of their own: what `image` says is nothing to them. */
  readonly pinned: ReadonlySet<string>;
  /** undefined: not known; then nothing is added to its own types */
  readonly image: Image | undefined;
  readonly demand: Demand;
  readonly zones: readonly string[];
  readonly policy: TypePolicy;
};

export type Candidates = {
  readonly types: readonly InstanceType[];
  /** Own types that are no candidates, and why. */
  readonly refused: ReadonlyMap<string, string>;
  /** Why there are no others beside the own types, where the policy would allow some. */
  readonly note: string | undefined;
};

/**
 * The types that a group may run: its own where tasks fit and the image starts, and by `typeChoice` others. `like`: of
 * its own types' vCPUs, with at least their memory and at most twice as much. `wide`: all that hold its tasks, up to
 * four times the vCPUs; without services none is smaller than its own. `fixed`: no others. Others can be had on Spot,
 * are of the current generation or none older than its own types, and bring no hardware that nobody asked for.
 */
export function candidatesOf(catalogue: Catalogue, group: Runs): Candidates {
  if (catalogue.types.size === 0 || catalogue.zones.size === 0) {
    return { types: [], refused: new Map(), note: 'EC2 told of no instance types' };
  }
  const refused = new Map<string, string>();
  const own: InstanceType[] = [];
  for (const name of new Set(group.own)) {
    const type = catalogue.types.get(name);
    const why = type ? refusal(type, catalogue, group) : 'EC2 does not know it in this region';
    if (type && why === undefined) own.push(type);
    else refused.set(name, why ?? '');
  }
  if (group.policy.typeChoice === 'fixed') return { types: own, refused, note: undefined };
  const known = group.own.flatMap((name) => catalogue.types.get(name) ?? []);
  const note = noOthers(known, group);
  if (note !== undefined) return { types: own, refused, note };
  const suits = suitsBeside(known, group);
  const names = new Set(group.own);
  const others = [...catalogue.types.values()].filter(
    (type) => !names.has(type.type) && suits(type) && refusal(type, catalogue, group) === undefined,
  );
  return { types: [...own, ...others], refused, note: undefined };
}

function noOthers(known: readonly InstanceType[], { image, own }: Runs): string | undefined {
  if (!image) return 'its image is not known: only its own types are considered';
  if (own.length === 0) return 'it names no instance types of its own';
  return known.length === 0 ? `EC2 knows none of its own types ${own.join(', ')}` : undefined;
}

/** What no type of a group may lack, its own ones included. */
function refusal(type: InstanceType, { zones: offered }: Catalogue, group: Runs): string | undefined {
  const { demand, zones, pinned } = group;
  const image = pinned.has(type.type) ? undefined : group.image;
  const where = offered.get(type.type);
  if (!zones.some((zone) => where?.has(zone))) return `it is not offered in ${zones.join(', ')}`;
  if (image && !type.architectures.includes(image.architecture)) {
    return `it is ${type.architectures.join(' and ')}, the image ${image.architecture}`;
  }
  if (image && !type.virtualization.includes(image.virtualization)) {
    return `it starts ${type.virtualization.join(' and ')} images, the image is ${image.virtualization}`;
  }
  return tooSmallFor(type, demand);
}

/**
 * Families with hardware that the catalogue does not tell and that tasks of other families cannot use or need: machine
 * learning chips, FPGAs, video coders, AMD GPUs, Macs, high-performance computing.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
const special = /^(?:inf|trn|dl|vt|f|mac|hpc)\d|^g4ad\./;

/** Whether a type may be added to a group with these types of its own. */
function suitsBeside(own: readonly InstanceType[], group: Runs): (type: InstanceType) => boolean {
  const { policy, demand } = group;
  const fits = fitsSize(own, group);
  const oldest = Math.min(...own.map(({ type }) => generationOf(type)));
  const allGpus = own.every(({ gpus }) => gpus > 0);
  const wantsGpus = own.some(({ gpus }) => gpus > 0) || demand.services.some(({ gpus }) => gpus > 0);
  const allStore = own.every(({ localStorage }) => localStorage);
  const store = allStore || policy.localStorage === 'allow';
  // T types have no trunk interfaces: few awsvpc tasks fit.
  const burst =
    policy.burstable === 'allow' && !(demand.trunking && demand.services.some(({ interfaces }) => interfaces > 0));
  return (type) =>
    fits(type) &&
    type.spot &&
    !type.bareMetal &&
    !special.test(type.type) &&
    (type.currentGeneration || generationOf(type.type) >= oldest) &&
    (type.gpus > 0 ? wantsGpus : !allGpus) &&
    // Where every own type has local storage, tasks may rely on it.
    (type.localStorage ? store : !allStore) &&
    (burst || !type.burstable);
}

function fitsSize(own: readonly InstanceType[], { policy, demand }: Runs): (type: InstanceType) => boolean {
  const vcpus = own.map((type) => type.vcpus);
  const memory = own.map((type) => type.memoryMiB);
  const [fewest, most] = [Math.min(...vcpus), Math.max(...vcpus)];
  const [least, largest] = [Math.min(...memory), Math.max(...memory)];
  if (policy.typeChoice === 'like') {
    return (type) =>
      type.vcpus >= fewest && type.vcpus <= most && type.memoryMiB >= least && type.memoryMiB <= 2 * largest;
  }
  const unknown = demand.services.every(({ daemon }) => daemon);
  return (type) => type.vcpus <= 4 * most && (!unknown || (type.vcpus >= fewest && type.memoryMiB >= least));
}

/** `5` of `m5a.large` */
const generationOf = (type: string): number => Number(/^[a-z]+(\d+)/.exec(type)?.[1] ?? 0);
