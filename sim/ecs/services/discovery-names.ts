import type { ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import type { EcsService } from '../model.ts';
import { type EcsState, invalid } from '../state.ts';

/**
 * Refuses an endpoint of Service Connect whose name another service has: it must be unique in its namespace.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
 * @throws AwsError InvalidParameterException
 */
export const checkDiscoveryNames = (
  state: EcsState,
  given: ServiceConnectConfiguration | undefined,
  service: EcsService,
): void => {
  if (!given?.enabled) return;
  const others = [...state.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
  const taken = new Set(
    others
      .filter((other) => other.status === 'ACTIVE' && other.name !== service.name)
      .flatMap(({ deployments: [newest] }) => namesOf(configurationOf(newest?.described))),
  );
  const name = namesOf(given).find((one) => taken.has(one));
  if (name === undefined) return;
  const [namespace, discoveryName] = name.split(' ');
  throw invalid(`The discoveryName ${discoveryName} is in use by another service in the namespace ${namespace}.`);
};

const configurationOf = (described: object | undefined): ServiceConnectConfiguration | undefined =>
  (described as { serviceConnectConfiguration?: ServiceConnectConfiguration } | undefined)?.serviceConnectConfiguration;

/** Left out, the name is that of the port. */
const namesOf = (configuration: ServiceConnectConfiguration | undefined): string[] =>
  configuration?.enabled
    ? (configuration.services ?? []).map(
        ({ discoveryName, portName }) => `${configuration.namespace} ${discoveryName ?? portName}`,
      )
    : [];
