import type {
  DeregisterContainerInstanceRequest,
  DeregisterContainerInstanceResponse,
  DescribeContainerInstancesRequest,
  DescribeContainerInstancesResponse,
  Failure,
  ListContainerInstancesRequest,
  ListContainerInstancesResponse,
  UpdateContainerInstancesStateRequest,
  UpdateContainerInstancesStateResponse,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../service.ts';
import { page } from '../world/page.ts';
import type { ContainerInstances } from './container-instances.ts';
import { containerInstanceShape } from './descriptions.ts';
import { instanceFilter } from './instance-filter.ts';
import type { ContainerInstance } from './model.ts';
import { byReference, checkedList, type EcsState, invalid, missing, pageRequest, tagList } from './state.ts';

const listable = new Set(['ACTIVE', 'DRAINING', 'REGISTERING', 'DEREGISTERING', 'REGISTRATION_FAILED']);

/** The ECS operations on container instances of one region. */
export const instanceOperations = (state: EcsState, instances: ContainerInstances): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html */
  ListContainerInstances: (input: ListContainerInstancesRequest, { hides }): ListContainerInstancesResponse => {
    const cluster = state.cluster(input.cluster);
    if (input.status !== undefined && !listable.has(input.status)) throw invalid(`Invalid status ${input.status}.`);
    const test = input.filter === undefined ? undefined : instanceFilter(input.filter);
    const found = [...cluster.instances.values()].filter(
      (instance) =>
        (input.status === undefined ? instance.status !== 'INACTIVE' : instance.status === input.status) &&
        (test === undefined || test(instance)) &&
        !hides?.(instance.registeredAt),
    );
    const result = page(found, pageRequest(input));
    return { containerInstanceArns: result.items.map(({ arn }) => arn), nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html */
  DescribeContainerInstances: (input: DescribeContainerInstancesRequest): DescribeContainerInstancesResponse => {
    const cluster = state.cluster(input.cluster);
    const failures: Failure[] = [];
    const withTags = input.include?.includes('TAGS') ?? false;
    const found = checkedList(input.containerInstances, 'instanceIds', 100).flatMap((reference) => {
      const instance = byReference(cluster.instances, reference);
      if (!instance) failures.push(missing(reference));
      return instance ? [instance] : [];
    });
    return { containerInstances: found.map((instance) => shape(instance, withTags)), failures };
  },

  /**
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html
   * One instance that is neither ACTIVE nor DRAINING refuses the whole call, before anything has changed.
   */
  UpdateContainerInstancesState: (
    input: UpdateContainerInstancesStateRequest,
    call,
  ): UpdateContainerInstancesStateResponse => {
    const cluster = state.cluster(input.cluster);
    const { status } = input;
    if (status !== 'ACTIVE' && status !== 'DRAINING')
      throw invalid('Container instance status should be one of [ACTIVE, DRAINING].');
    const failures: Failure[] = [];
    const found: ContainerInstance[] = [];
    for (const reference of checkedList(input.containerInstances, 'instanceIds', 10)) {
      const instance = byReference(cluster.instances, reference);
      if (!instance) failures.push(missing(reference));
      else if (instance.status === 'INACTIVE') failures.push({ arn: instance.arn, reason: 'INACTIVE' });
      else if (instance.status !== 'ACTIVE' && instance.status !== 'DRAINING') {
        throw invalid(`Container instance ${instance.arn} is ${instance.status} and cannot be updated.`);
      } else found.push(instance);
    }
    for (const instance of found) instances.setStatus(instance, status, call.caller);
    return { containerInstances: found.map((instance) => shape(instance, false)), failures };
  },

  /**
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html
   * With `force` its tasks are orphaned: they run on, ECS replaces those of services.
   */
  DeregisterContainerInstance: (input: DeregisterContainerInstanceRequest): DeregisterContainerInstanceResponse => {
    const cluster = state.cluster(input.cluster);
    const instance = byReference(cluster.instances, input.containerInstance ?? '');
    if (!instance || instance.status === 'INACTIVE') throw invalid('The referenced container instance was not found.');
    if (instance.tasks.size > 0 && !input.force) throw invalid('Found running tasks on the instance.');
    instances.abandon(instance);
    return { containerInstance: shape(instance, false) };
  },
});

const shape = (instance: ContainerInstance, withTags: boolean) => ({
  ...containerInstanceShape(instance),
  tags: withTags ? tagList(instance.tags) : [],
});
