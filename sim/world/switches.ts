/**
 * What nobody outside AWS knows, or what differs between accounts. A scenario sets these to see both worlds;
 * docs/simulator-differences.md says for each how to find out on a real account.
 */
export type Switches = {
  /** Does StopTask send SIGTERM to a task that waits for its target to leave `draining`? */
  readonly stopTaskOverridesDraining: boolean;
  /** What the ECS scheduler does when somebody else deregisters a target that it registered. */
  readonly afterForeignDeregistration: 'ignored' | 'reregistered' | 'replaced';
  /** Does a task that was already being stopped get the stop code TerminationNotice when its host goes? */
  readonly hostLossReplacesStopCode: boolean;
  /** How long a Network Load Balancer still opens connections to a deregistered target. */
  readonly nlbPropagationMs: number;
  /** How long an Application Load Balancer still sends requests to a deregistered target. */
  readonly albPropagationMs: number;
  /** The stop code of a Fargate Spot task at its notice: both are documented. */
  readonly fargateSpotStopCode: 'SpotInterruption' | 'TerminationNotice';
  /** When a Fargate Spot task leaves its target groups: AWS says that it might be only when it has stopped. */
  readonly fargateSpotDeregisters: 'at-notice' | 'when-stopped';
  /** How long a task waits in PROVISIONING for its capacity provider before it fails to start. */
  readonly provisioningTimeoutMs: number;
  /** From the start of a Fargate task to its network interface, and its image pull beyond the container's own start. */
  readonly fargateStart: { readonly interfaceMs: number; readonly pullMs: number };
};

/** nlb: aws/containers-roadmap#470, aws-load-balancer-controller#2366; alb: 3 to 5 s of 502, aws/containers-roadmap#708. */
export const defaultSwitches: Switches = {
  stopTaskOverridesDraining: false,
  afterForeignDeregistration: 'ignored',
  hostLossReplacesStopCode: false,
  nlbPropagationMs: 60_000,
  albPropagationMs: 4_000,
  fargateSpotStopCode: 'SpotInterruption',
  fargateSpotDeregisters: 'when-stopped',
  provisioningTimeoutMs: 900_000,
  fargateStart: { interfaceMs: 15_000, pullMs: 20_000 },
};
