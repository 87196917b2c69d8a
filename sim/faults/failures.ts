import { throttled } from '../buckets.ts';
import { AwsError, type Service } from '../service.ts';

/**
 * What a service answers when it is throttled, broken inside, down, or will not take the request as it is. The codes are those of each API's common errors,
 * e.g. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors and
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html
 */
export const failure = (
  service: Service['id'],
  kind: 'throttling' | 'internal-error' | 'unavailable' | 'refused',
): AwsError => {
  if (kind === 'throttling') return throttled(service);
  if (kind === 'unavailable') return unavailable[service] ?? serviceUnavailable;
  if (kind === 'refused') return refused[service] ?? validationError;
  return internal[service] ?? internalFailure;
};

const internalFailure = new AwsError(
  'InternalFailure',
  'The request processing has failed because of an unknown error, exception or failure.',
  500,
);
const serviceUnavailable = new AwsError(
  'ServiceUnavailable',
  'The request has failed due to a temporary failure of the server.',
  503,
);

const internal: Partial<Record<Service['id'], AwsError>> = {
  ecs: new AwsError('ServerException', 'These errors are usually caused by a server issue.', 500),
  ec2: new AwsError('InternalError', 'An internal error has occurred', 500),
  pricing: new AwsError(
    'InternalErrorException',
    'An error on the server occurred during the processing of your request. Try again later.',
    500,
  ),
  'service-quotas': new AwsError('ServiceException', 'Something went wrong.', 500),
  'application-auto-scaling': new AwsError(
    'InternalServiceException',
    'The service encountered an internal error.',
    500,
  ),
  eventbridge: new AwsError('InternalException', 'This exception occurs due to unexpected causes.', 500),
  dynamodb: new AwsError('InternalServerError', 'Internal server error', 500),
};

const unavailable: Partial<Record<Service['id'], AwsError>> = {
  ec2: new AwsError('Unavailable', 'The server is overloaded and cannot handle the request.', 503),
};

const validationError = new AwsError('ValidationError', 'The request is not valid.', 400);

const refused: Partial<Record<Service['id'], AwsError>> = {
  ecs: new AwsError('ClientException', 'The request is not valid.', 400),
  dynamodb: new AwsError('ValidationException', 'The request is not valid.', 400),
};

// Named and coded as Node and the SDK's own handler do, since clients decide by them whether to try again.
export const timedOut = (ms: number): Error =>
  Object.assign(new Error(`the simulated account did not answer within ${ms} ms`), { name: 'TimeoutError' });
export const connectionReset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
