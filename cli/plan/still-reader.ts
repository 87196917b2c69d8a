import { makeReader } from '../../functions/failover/ports/regional-reader.ts';
import type { FailoverTable, Reader } from '../../functions/failover/reader.ts';
import { makeTableClient } from '../../shared/aws/clients.ts';
import type { FailoverClients } from '../../shared/aws/failover-clients.ts';
import { remembered } from '../../shared/aws/remembered.ts';
import type { Operator } from '../operator.ts';

/**
 * Failover's own reader of one Region, for an account that stands still: each thing is read once, and spotkeeper's table
 * is empty. Nothing here writes.
 */
export function stillReader(region: string, clients: FailoverClients, { runtime, clientConfig }: Operator): Reader {
  const { now, sleep, log } = runtime;
  // A reader is made with a table; all that would read it is replaced below.
  const dynamodb = makeTableClient(region, { edge: runtime, clientConfig });
  const table = { client: dynamodb, name: 'none', prefix: '', now, sleep };
  const { reader } = makeReader(region, clients, { table, log });
  return {
    ...reader,
    services: once(reader.services),
    hosts: once(reader.hosts),
    taskDefinition: once(reader.taskDefinition),
    targetHealth: once(reader.targetHealth),
    ruleWeights: once(reader.ruleWeights),
    launchesSinceFailure: once(reader.launchesSinceFailure),
    tasks: ofTwo(reader.tasks),
    tasksOn: ofTwo((cluster, host) => reader.tasksOn(cluster, host ?? '')),
    matchingHosts: ofTwo((cluster, expression) => reader.matchingHosts(cluster, expression ?? '')),
    subnets: ofNames(reader.subnets),
    groups: ofNames(reader.groups),
    groupsOfInstances: ofNames(reader.groupsOfInstances),
    ...emptyTable,
  };
}

const emptyTable: FailoverTable = {
  places: async () => new Map(),
  doomed: async () => [],
  lookouts: async () => [],
  lendings: async () => [],
  prepared: async () => [],
  raised: async () => [],
  preparation: async () => undefined,
};

const FOR_EVER = { now: () => 0, forMs: Number.POSITIVE_INFINITY };

/** Reads each thing once. */
export const once = <T>(read: (key: string) => Promise<T>) => remembered(read, FOR_EVER);

/** Names of clusters and services have no spaces; an expression may, and comes last. */
function ofTwo<T>(read: (one: string, other: string | undefined) => Promise<T>) {
  const asked = once((key) => {
    const space = key.indexOf(' ');
    return space < 0 ? read(key, undefined) : read(key.slice(0, space), key.slice(space + 1));
  });
  return (one: string, other?: string) => asked(other === undefined ? one : `${one} ${other}`);
}

function ofNames<T>(read: (names: readonly string[]) => Promise<T>) {
  const asked = once((names) => read(names === '' ? [] : names.split('\n')));
  return (names: readonly string[]) => asked([...new Set(names)].sort().join('\n'));
}
