import { typeInfo } from './instance-type.ts';

/** A capacity pool: Spot capacity is one market per instance type and Availability Zone. */
export type Pool = { readonly type: string; readonly zone: string };

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export type SpotAction = 'terminate' | 'stop' | 'hibernate';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
export type SpotRequest = {
  readonly id: string;
  /** dollars an hour; undefined: the On-Demand price */
  readonly maxPrice: number | undefined;
  state: 'active' | 'closed' | 'disabled' | 'cancelled';
  statusCode: string;
  statusAt: number;
};

export type Ec2Instance = {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly launchedAt: number;
  readonly tags: Record<string, string>;
  readonly imageId: string;
  readonly privateIp: string;
  /** undefined: On-Demand */
  readonly spot: SpotRequest | undefined;
  state: InstanceState;
  stateReason: { readonly code: string; readonly message: string } | undefined;
  /** who ended it and when, as DescribeInstances words it; empty while it is up */
  transitionReason: string;
  /** the instant at which EC2 takes it back, known from the notice on */
  reclaimAt: number | undefined;
};

export type InstanceSize = { readonly vcpus: number; readonly memoryMiB: number; readonly arch: string };

/** vCPUs, memory (MiB) and the architecture that its images have. @throws Error for an unknown type */
export const sizeOf = (type: string): InstanceSize => {
  const { vcpus, memoryMiB, architectures } = typeInfo(type);
  return { vcpus, memoryMiB, arch: architectures[0] ?? 'x86_64' };
};

/** Numeric codes of DescribeInstances, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export const stateCode: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};
