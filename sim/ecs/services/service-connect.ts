import type { ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import { type EcsService, primary } from '../model.ts';
import { type EcsState, invalid } from '../state.ts';

/**
 * The discovery names of a service's Service Connect endpoints are its own within their Cloud Map namespace.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
 * @throws AwsError InvalidParameterException when another service has one of them
 */
export const checkDiscoveryNames = (
  { clusters }: EcsState,
  service: EcsService,
  configuration: ServiceConnectConfiguration | undefined,
): void => {
  const wanted = namesOf(configuration, service);
  if (wanted.length === 0) return;
  for (const other of [...clusters.values()].flatMap(({ services }) => [...services.values()])) {
    if (other === service || other.status === 'INACTIVE') continue;
    const { serviceConnectConfiguration } = primary(other).described as Described;
    const taken = namesOf(serviceConnectConfiguration, other).find((name) => wanted.includes(name));
    if (taken === undefined) continue;
    throw invalid(`The discovery name ${taken} is used by the service ${other.arn} in the same namespace.`);
  }
};

type Described = { readonly serviceConnectConfiguration?: ServiceConnectConfiguration };

/** `namespace/name` of each endpoint; a client has none. */
const namesOf = (configuration: ServiceConnectConfiguration | undefined, { cluster }: EcsService): readonly string[] =>
  configuration?.enabled
    ? (configuration.services ?? []).map(
        ({ discoveryName, portName }) =>
          `${configuration.namespace ?? cluster.serviceConnectDefaults?.namespace ?? ''}/${discoveryName ?? portName}`,
      )
    : [];
