import { AwsError } from '../service.ts';
import type { CapacityProvider } from './model/capacity-provider.ts';
import type { TaskDefinition } from './model/task-definition.ts';
import type { Cluster, ContainerInstance, EcsService, Task } from './model.ts';

/** Clusters and task definitions of one region, with look-ups that fail as ECS does. */
export class EcsState {
  readonly clusters = new Map<string, Cluster>();
  /** by `family:revision` */
  readonly definitions = new Map<string, TaskDefinition>();
  /** those over Auto Scaling groups, by name */
  readonly capacityProviders = new Map<string, CapacityProvider>();
  /**
   * Account settings by name. A new account of AWS has awsvpcTrunking disabled; here it is enabled unless the account is
   * made otherwise, so that drills with small instances have room for more than two or three awsvpc tasks on each.
   */
  readonly settings: Map<string, string>;
  /** the zone of a subnet */
  readonly zoneOf: (subnet: string) => string;

  constructor(zoneOf: (subnet: string) => string, settings: Readonly<Record<string, string>> = {}) {
    this.zoneOf = zoneOf;
    this.settings = new Map(Object.entries({ awsvpcTrunking: 'enabled', ...settings }));
  }

  /** @param reference a name or an ARN; left out, the cluster called `default`. @throws AwsError ClusterNotFoundException */
  cluster(reference: string | undefined): Cluster {
    const cluster = this.clusters.get(lastPart(reference ?? 'default'));
    if (!cluster || (reference?.startsWith('arn:') && reference !== cluster.arn)) {
      throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    }
    return cluster;
  }

  /**
   * A task definition; a family alone means its latest ACTIVE revision.
   * @param reference `family`, `family:revision` or an ARN
   * @throws AwsError ClientException with `refusal` when there is none
   */
  definition(reference: string | undefined, refusal = 'Unable to describe task definition.'): TaskDefinition {
    const name = lastPart(reference ?? '');
    const found =
      this.definitions.get(name) ??
      [...this.definitions.values()].findLast(({ family, status }) => family === name && status === 'ACTIVE');
    if (!found || (reference?.startsWith('arn:') && name.includes(':') && found.arn !== reference)) {
      throw new AwsError('ClientException', refusal);
    }
    return found;
  }
}

/** The resource of a cluster by id or ARN; an ARN of another cluster or region is not found. */
export const byReference = <T extends ContainerInstance | Task | EcsService>(
  resources: ReadonlyMap<string, T>,
  reference: string,
): T | undefined => {
  const found = resources.get(lastPart(reference));
  return reference.startsWith('arn:') && found?.arn !== reference ? undefined : found;
};

/** Refuses empty lists and lists beyond what the API takes. @throws AwsError InvalidParameterException */
export const checkedList = (
  values: readonly string[] | undefined,
  name: string,
  maximum: number,
): readonly string[] => {
  if (!values?.length) throw invalid(`${name} cannot be empty.`);
  if (values.length > maximum) throw invalid(`${name} can have at most ${maximum} items.`);
  return values;
};

/** Refuses a page size beyond what the API takes. @throws AwsError InvalidParameterException */
export const pageRequest = (
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  defaultSize = 100,
) => {
  const size = input.maxResults ?? defaultSize;
  if (size < 1 || size > 100) throw invalid('maxResults must be between 1 and 100.');
  return { size, token: input.nextToken, invalidTokenCode: 'InvalidParameterException' };
};

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

export const missing = (arn: string) => ({ arn, reason: 'MISSING' });

/** Tags in the API's shape. */
export const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

const lastPart = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
