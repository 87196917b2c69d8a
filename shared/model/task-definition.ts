import { DEFAULT_STOP_SECONDS } from './fleet.ts';

/**
 * A task definition as ECS describes it, in the SDK's own words; fields that nothing here reads are carried along.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html
 */
export type TaskDefinition = {
  readonly taskDefinitionArn?: string | undefined;
  readonly family?: string | undefined;
  readonly revision?: number | undefined;
  readonly networkMode?: string | undefined;
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
  readonly ipcMode?: string | undefined;
  readonly pidMode?: string | undefined;
  readonly requiresCompatibilities?: readonly string[] | undefined;
  readonly compatibilities?: readonly string[] | undefined;
  readonly requiresAttributes?: readonly { readonly name?: string | undefined }[] | undefined;
  readonly placementConstraints?:
    | readonly { readonly type?: string | undefined; readonly expression?: string | undefined }[]
    | undefined;
  readonly runtimePlatform?:
    | { readonly cpuArchitecture?: string | undefined; readonly operatingSystemFamily?: string | undefined }
    | undefined;
  readonly ephemeralStorage?: { readonly sizeInGiB?: number | undefined } | undefined;
  readonly proxyConfiguration?: object | undefined;
  readonly inferenceAccelerators?: readonly object[] | undefined;
  readonly volumes?: readonly Volume[] | undefined;
  readonly containerDefinitions?: readonly ContainerDefinition[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
};

export type Volume = {
  readonly name?: string | undefined;
  readonly host?: { readonly sourcePath?: string | undefined } | undefined;
  readonly dockerVolumeConfiguration?: object | undefined;
  readonly efsVolumeConfiguration?: object | undefined;
  readonly fsxWindowsFileServerVolumeConfiguration?: object | undefined;
  readonly s3filesVolumeConfiguration?: object | undefined;
  readonly configuredAtLaunch?: boolean | undefined;
};

export type ContainerDefinition = {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
  readonly memoryReservation?: number | undefined;
  readonly portMappings?: readonly PortMapping[] | undefined;
  readonly entryPoint?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
  readonly environment?:
    | readonly { readonly name?: string | undefined; readonly value?: string | undefined }[]
    | undefined;
  readonly secrets?: readonly object[] | undefined;
  readonly environmentFiles?: readonly object[] | undefined;
  readonly repositoryCredentials?: object | undefined;
  readonly logConfiguration?:
    | {
        readonly logDriver?: string | undefined;
        readonly options?: Readonly<Record<string, string>> | undefined;
        readonly secretOptions?: readonly object[] | undefined;
      }
    | undefined;
  readonly resourceRequirements?:
    | readonly { readonly type?: string | undefined; readonly value?: string | undefined }[]
    | undefined;
  readonly linuxParameters?: LinuxParameters | undefined;
  readonly stopTimeout?: number | undefined;
  readonly healthCheck?: object | undefined;
  readonly disableNetworking?: boolean | undefined;
  readonly dnsServers?: readonly string[] | undefined;
  readonly dnsSearchDomains?: readonly string[] | undefined;
  readonly dockerSecurityOptions?: readonly string[] | undefined;
  readonly extraHosts?: readonly object[] | undefined;
  readonly hostname?: string | undefined;
  readonly links?: readonly string[] | undefined;
  readonly privileged?: boolean | undefined;
  readonly credentialSpecs?: readonly string[] | undefined;
  readonly ulimits?: readonly { readonly name?: string | undefined }[] | undefined;
  readonly [other: string]: unknown;
};

export type PortMapping = {
  readonly containerPort?: number | undefined;
  readonly hostPort?: number | undefined;
  readonly protocol?: string | undefined;
  readonly name?: string | undefined;
  readonly containerPortRange?: string | undefined;
};

export type LinuxParameters = {
  readonly capabilities?:
    | { readonly add?: readonly string[] | undefined; readonly drop?: readonly string[] | undefined }
    | undefined;
  readonly devices?: readonly object[] | undefined;
  readonly sharedMemorySize?: number | undefined;
  readonly tmpfs?: readonly object[] | undefined;
  readonly maxSwap?: number | undefined;
  readonly swappiness?: number | undefined;
  readonly initProcessEnabled?: boolean | undefined;
};

/** What a task waits after SIGTERM at the most: the longest of its containers, seconds. */
export function stopSecondsOf(definition: {
  readonly containerDefinitions?: readonly { readonly stopTimeout?: number | undefined }[] | undefined;
}): number {
  const timeouts = (definition.containerDefinitions ?? []).map(
    ({ stopTimeout }) => stopTimeout ?? DEFAULT_STOP_SECONDS,
  );
  return timeouts.length === 0 ? DEFAULT_STOP_SECONDS : Math.max(...timeouts);
}

/**
 * What DescribeTaskDefinition says and RegisterTaskDefinition does not take; tags are given beside a definition.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html beside API_RegisterTaskDefinition.html
 */
export const RESPONSE_ONLY: readonly string[] = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];
