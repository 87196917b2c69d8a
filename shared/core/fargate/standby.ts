import {
  type Balancer,
  type Network,
  RUNG_TAG,
  type ServiceDetail,
  STANDBY_OF,
  type StandbyRung,
  type StandbySpec,
} from '../../model/lending.ts';
import { standbyName } from '../standby-name.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html (tags) */
const MOST_TAGS = 50;

/** What a standby of a rung is made from: the derived revision, its network, and the target groups of production. */
export type StandbyParts = {
  readonly rung: StandbyRung;
  readonly definition: string;
  readonly network: Network;
  readonly balancers: readonly Balancer[];
};

/** The standby service that a main service needs on a rung: whatever of the main one its tasks depend on. */
export function standbySpec(main: ServiceDetail, parts: StandbyParts): StandbySpec {
  const { rung, definition, network, balancers } = parts;
  return {
    cluster: main.cluster,
    name: standbyName(main.name, rung),
    main: main.name,
    rung,
    definition,
    network,
    balancers,
    // ECS refuses a grace period without load balancer.
    graceSeconds: balancers.length > 0 ? main.graceSeconds : undefined,
    exec: main.exec,
    propagateTags: main.propagateTags,
    managedTags: main.managedTags,
    registries: main.registries,
    connectConfiguration: main.serviceConnect === 'client' ? main.connectConfiguration : undefined,
    tags: standbyTags(main, rung),
  };
}

/**
 * All that a standby must follow, as one text: the same for both rungs, whatever the order of subnets, groups and tags.
 * Names and desired counts are not in it.
 */
export function fingerprint({ name, rung, network, ...rest }: StandbySpec): string {
  const { [RUNG_TAG]: _, ...tags } = rest.tags;
  const subnets = [...network.subnets].sort();
  const securityGroups = [...network.securityGroups].sort();
  return JSON.stringify(inOrder({ ...rest, tags, network: { ...network, subnets, securityGroups } }));
}

/** The main's own tags, as many as there is room for, and ours. AWS's prefix is its own; settings hold for the main. */
function standbyTags({ name, tags }: ServiceDetail, rung: StandbyRung): Readonly<Record<string, string>> {
  const ours = { [STANDBY_OF]: name, [RUNG_TAG]: rung };
  const theirs = Object.entries(tags)
    .filter(([key]) => !/^(aws|spotkeeper):/i.test(key))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, MOST_TAGS - Object.keys(ours).length);
  return { ...Object.fromEntries(theirs), ...ours };
}

/** The same value with the members of every object in the order of their names. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}
