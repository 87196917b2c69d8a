/** AWS error codes by what they mean for us; each service has its own words. */

/** Try later: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html and the like. */
const throttlingCodes = new Set([
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
]);

/** The thing is not there (any more): success for whoever wanted it away. */
const goneCodes = new Set([
  'ClusterNotFoundException',
  'ServiceNotFoundException',
  'ServiceNotActiveException',
  'RuleNotFound',
  'RuleNotFoundException',
  'TargetGroupNotFound',
  'TargetGroupNotFoundException',
  'InvalidTarget',
  'InvalidTargetException',
]);

/** A request that ECS will never take as it is: one bad id refuses all ten. */
const refusedCodes = new Set(['InvalidParameterException', 'ClientException']);

/**
 * A request to lend that stays refused until something else changes: the task definition, a role, our own rights.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, errors
 */
const refusedForGoodCodes = new Set([
  ...refusedCodes,
  'AccessDeniedException',
  'AccessDenied',
  'ConflictException',
  'LimitExceededException',
  'NamespaceNotFoundException',
  'PlatformTaskDefinitionIncompatibilityException',
  'PlatformUnknownException',
  'UnsupportedFeatureException',
  // EC2 Auto Scaling's word for all of its refusals; it checks a launch template in EC2's words.
  'ValidationError',
  'InvalidQueryParameter',
  'IdempotentParameterMismatch',
  'IdempotentParameterMismatchError',
  // EC2's own: no right, a tag too many, an instance that must not be terminated.
  'UnauthorizedOperation',
  'TagLimitExceeded',
  'OperationNotPermitted',
]);

/**
 * The thing is busy with a change that ends by itself. The SDK names the errors of EC2 Auto Scaling by their shapes, the
 * wire by their codes.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html, errors
 */
const busyCodes = new Set([
  'ScalingActivityInProgress',
  'ScalingActivityInProgressFault',
  'ResourceContention',
  'ResourceContentionFault',
  'IdempotentCallInProgress',
  'IdempotentCallInProgressFault',
]);

/**
 * A launch template, or the image that it names, that is not there or not for us to see.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const unreadableTemplateCodes = new Set([
  'InvalidLaunchTemplateId.NotFound',
  'InvalidLaunchTemplateId.Malformed',
  'InvalidLaunchTemplateId.VersionNotFound',
  'InvalidLaunchTemplateName.NotFoundException',
  'InvalidAMIID.NotFound',
  'InvalidAMIID.Malformed',
  'InvalidAMIID.Unavailable',
  'UnauthorizedOperation',
]);

/** Refusals in name that pass by themselves: two registrations of a family at once, a name that is being deleted. */
const PASSING = /too many concurrent attempts|still draining/i;

export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

export const isThrottling = (error: unknown): boolean => throttlingCodes.has(codeOf(error));
export const isGone = (error: unknown): boolean => goneCodes.has(codeOf(error)) || isMissingTask(error);
export const isRefused = (error: unknown): boolean => refusedCodes.has(codeOf(error));

export const isRefusedForGood = (error: unknown): boolean =>
  refusedForGoodCodes.has(codeOf(error)) && !(error instanceof Error && PASSING.test(error.message));

/** An Auto Scaling group that is not there (any more): ValidationError "AutoScalingGroup name not found - …". */
export const isMissingGroup = (error: unknown): boolean =>
  codeOf(error) === 'ValidationError' && /name not found/i.test(String(error));

export const isBusy = (error: unknown): boolean => busyCodes.has(codeOf(error));

export const isUnreadableTemplate = (error: unknown): boolean => unreadableTemplateCodes.has(codeOf(error));

/** An instance that EC2 does not know (any more), or that is no member of the Auto Scaling group (any more). */
export const isMissingInstance = (error: unknown): boolean =>
  codeOf(error) === 'InvalidInstanceID.NotFound' ||
  (codeOf(error) === 'ValidationError' &&
    /No managed instance found|is not part of Auto Scaling group/i.test(String(error)));

/** Auto Scaling does not go below a group's minimum. */
export const isAtMinimum = (error: unknown): boolean =>
  codeOf(error) === 'ValidationError' && /min size constraint/i.test(String(error));

/**
 * No further placement score configuration today: those of the last 24 hours may be asked again.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-sps-works.html
 */
export const isTooManyConfigurations = (error: unknown): boolean => codeOf(error) === 'MaxConfigLimitExceeded';

/** DescribeTaskDefinition says ClientException of a definition that there is not. */
export const isMissingDefinition = (error: unknown): boolean =>
  codeOf(error) === 'ClientException' && /unable to describe task definition/i.test(String(error));

/** What ECS says when the name is taken: by an earlier call of ours whose answer was lost, or by somebody else. */
export const isTakenName = (error: unknown): boolean =>
  isRefused(error) && error instanceof Error && /not idempotent/i.test(error.message);

/** No right, a service that is not there for this account, or credentials that it does not know. */
const forbiddenCodes = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnrecognizedClientException',
  'OptInRequired',
]);

/** A service that will not answer this account, today or tomorrow. */
export const isForbidden = (error: unknown): boolean => forbiddenCodes.has(codeOf(error));

/** No value is applied to the account: AWS's default holds. */
export const isNoAppliedQuota = (error: unknown): boolean => codeOf(error) === 'NoSuchResourceException';

/** StopTask of a task that ended long ago answers InvalidParameterException "The referenced task was not found." */
const isMissingTask = (error: unknown): boolean =>
  isRefused(error) && error instanceof Error && /task was not found/i.test(error.message);

/**
 * Auto Scaling has no modelled error for it: ValidationError "No active Lifecycle Action found with …", or "AutoScalingGroup
 * name not found"; both mean that nobody waits for our answer.
 */
export const isNoLifecycleAction = (error: unknown): boolean =>
  codeOf(error) === 'ValidationError' && /No active Lifecycle Action|name not found/i.test(String(error));

/** What was asked of a thing that is gone has an empty answer. */
export async function unlessGone<T, N>(answer: Promise<T>, nothing: N): Promise<T | N> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return nothing;
    throw error;
  }
}
