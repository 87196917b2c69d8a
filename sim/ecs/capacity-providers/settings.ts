import type { AutoScalingGroupProviderUpdate, ManagedScaling as ScalingInput } from '@aws-sdk/client-ecs';
import { AwsError } from '../../service.ts';
import type { ManagedScaling } from '../model/capacity-provider.ts';
import { invalid } from '../state.ts';
import type { ProviderGroup } from './group-access.ts';
import { defaultScaling, type ProviderSettings } from './providers.ts';

/** What CreateCapacityProvider takes when nothing is said. */
export const defaultSettings: ProviderSettings = {
  managedScaling: undefined,
  managedTerminationProtection: false,
  managedDraining: true,
};

/**
 * The settings of a provider with a request applied to them; what the request leaves out stays.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AutoScalingGroupProvider.html
 * @throws AwsError ClientException, InvalidParameterException
 */
export const settingsWith = (
  before: ProviderSettings,
  input: AutoScalingGroupProviderUpdate,
  group: ProviderGroup | undefined,
): ProviderSettings => {
  const { managedTerminationProtection: protection, managedDraining: draining } = input;
  const settings = {
    managedScaling: input.managedScaling ? scalingWith(before, input.managedScaling) : before.managedScaling,
    managedTerminationProtection: switched(protection, before.managedTerminationProtection),
    managedDraining: switched(draining, before.managedDraining),
  };
  if (settings.managedTerminationProtection) checkProtection(settings, group);
  return settings;
};

const switched = (given: string | undefined, before: boolean): boolean => {
  if (given === undefined) return before;
  if (given !== 'ENABLED' && given !== 'DISABLED') throw invalid(`${given} must be ENABLED or DISABLED.`);
  return given === 'ENABLED';
};

const scalingWith = ({ managedScaling: before }: ProviderSettings, input: ScalingInput): ManagedScaling | undefined => {
  if (!switched(input.status, true)) return undefined;
  const base = before ?? defaultScaling;
  const scaling: ManagedScaling = {
    targetCapacity: input.targetCapacity ?? base.targetCapacity,
    minimumScalingStepSize: input.minimumScalingStepSize ?? base.minimumScalingStepSize,
    maximumScalingStepSize: input.maximumScalingStepSize ?? base.maximumScalingStepSize,
    instanceWarmupSeconds: input.instanceWarmupPeriod ?? base.instanceWarmupSeconds,
  };
  checkRange('targetCapacity', scaling.targetCapacity, [1, 100]);
  checkRange('minimumScalingStepSize', scaling.minimumScalingStepSize, [1, 10_000]);
  checkRange('maximumScalingStepSize', scaling.maximumScalingStepSize, [1, 10_000]);
  checkRange('instanceWarmupPeriod', scaling.instanceWarmupSeconds, [0, 10_000]);
  if (scaling.minimumScalingStepSize > scaling.maximumScalingStepSize) {
    throw invalid('minimumScalingStepSize must not be greater than maximumScalingStepSize.');
  }
  return scaling;
};

const checkRange = (name: string, value: number, [from, to]: readonly [number, number]): void => {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw invalid(`${name} must be between ${from} and ${to}.`);
  }
};

const checkProtection = ({ managedScaling }: ProviderSettings, group: ProviderGroup | undefined): void => {
  const refuse = (why: string) =>
    new AwsError(
      'ClientException',
      `The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, ${why}`,
    );
  if (!managedScaling) throw refuse('managed scaling must be enabled.');
  if (!group?.protectsNewInstances) {
    throw refuse('the Auto Scaling group must have instance protection from scale in enabled.');
  }
};
