import type { InstanceState, SpotAction } from './instance.ts';

/** How an instance goes down: the states it passes, its state reason, and what becomes of its Spot request. */
export type Ending = {
  readonly going: InstanceState;
  readonly gone: InstanceState;
  readonly reason: string;
  readonly text: string;
  readonly spotStatus: string;
};

/** EC2 takes a Spot Instance back, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html */
export const reclaimed: Readonly<Record<SpotAction, Ending>> = {
  terminate: {
    going: 'shutting-down',
    gone: 'terminated',
    reason: 'Server.SpotInstanceTermination',
    text: 'Spot instance termination',
    spotStatus: 'instance-terminated-no-capacity',
  },
  stop: {
    going: 'stopping',
    gone: 'stopped',
    reason: 'Server.SpotInstanceShutdown',
    text: 'The instance was stopped due to a Spot Instance interruption',
    spotStatus: 'instance-stopped-no-capacity',
  },
  hibernate: {
    going: 'stopping',
    gone: 'stopped',
    reason: 'Server.SpotInstanceShutdown',
    text: 'The instance was hibernated due to a Spot Instance interruption',
    spotStatus: 'instance-stopped-no-capacity',
  },
};

export const byUser: Ending = {
  going: 'shutting-down',
  gone: 'terminated',
  reason: 'Client.UserInitiatedShutdown',
  text: 'User initiated shutdown',
  spotStatus: 'instance-terminated-by-user',
};

export const hostRetired: Ending = {
  going: 'stopping',
  gone: 'stopped',
  reason: 'Server.ScheduledStop',
  text: 'The instance was stopped for a scheduled change of its host',
  spotStatus: 'instance-stopped-by-user',
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html */
export const hostFailed: Ending = {
  going: 'shutting-down',
  gone: 'terminated',
  reason: 'Server.InternalError',
  text: 'The host of the instance failed',
  spotStatus: 'system-error',
};

export const isReclaim = (ending: Ending): boolean => ending.reason.startsWith('Server.Spot');

/**
 * When a user or EC2 itself began to end it, to the second: `User initiated (2026-11-28 10:11:12 GMT)`. AWS documents the
 * member, not its form, which is as instances show it; it "might be an empty string".
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html, reason
 */
export const transitionReason = (ending: Ending, at: number): string => {
  const [day, time] = new Date(at).toISOString().slice(0, 19).split('T');
  return `${ending === byUser ? 'User' : 'Service'} initiated (${day} ${time} GMT)`;
};
