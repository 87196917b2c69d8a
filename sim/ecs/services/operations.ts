import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  Failure,
  ListServicesRequest,
  ListServicesResponse,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../../service.ts';
import { page } from '../../world/page.ts';
import { byReference, checkedList, missing, pageRequest } from '../state.ts';
import { createService, type ServiceParts } from './create-service.ts';
import { serviceShape } from './describe.ts';
import { deleteService, updateService } from './update-service.ts';

/** The ECS operations on the services of one region. */
export const serviceOperations = (parts: ServiceParts): Record<string, Operation> => ({
  CreateService: createService(parts),
  UpdateService: updateService(parts),
  DeleteService: deleteService(parts),

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html: ten per page when not asked for more */
  ListServices: (input: ListServicesRequest, { hides }): ListServicesResponse => {
    const { schedulingStrategy, launchType } = input;
    const services = [...parts.state.cluster(input.cluster).services.values()].filter(
      (service) =>
        (schedulingStrategy === undefined || service.scheduling === schedulingStrategy) &&
        (launchType === undefined || service.deployments[0]?.launch.launchType === launchType) &&
        !hides?.(service.createdAt),
    );
    const result = page(services, pageRequest(input, 10));
    return { serviceArns: result.items.map(({ arn }) => arn), nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
  DescribeServices: (input: DescribeServicesRequest): DescribeServicesResponse => {
    const cluster = parts.state.cluster(input.cluster);
    const withTags = input.include?.includes('TAGS') ?? false;
    const failures: Failure[] = [];
    const services = checkedList(input.services, 'Services', 10).flatMap((reference) => {
      const service = byReference(cluster.services, reference);
      if (!service) failures.push(missing(reference));
      return service ? [serviceShape(service, withTags)] : [];
    });
    return { services, failures };
  },
});
