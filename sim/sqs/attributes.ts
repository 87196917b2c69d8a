import { AwsError } from '../service.ts';
import type { Queue, QueueSettings } from './queue.ts';

/** Attributes as CreateQueue takes them and GetQueueAttributes gives them. */
export type QueueAttributes = Readonly<Record<string, string>>;

/**
 * Reads CreateQueue attributes; what is absent has AWS's default.
 * @param queueByArn finds the dead-letter queue of a RedrivePolicy
 * @throws AwsError InvalidAttributeValue, InvalidAttributeName; NotImplemented for FIFO queues
 */
export const parseSettings = (attributes: QueueAttributes, queueByArn: (arn: string) => Queue): QueueSettings => {
  for (const name of Object.keys(attributes)) {
    if (!(name in ranges) && !['RedrivePolicy', ...ignored].includes(name)) {
      throw name === 'FifoQueue'
        ? new AwsError('NotImplemented', 'the simulated account imitates standard queues only', 501)
        : new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
  }
  const redrive =
    attributes.RedrivePolicy === undefined ? undefined : parseRedrive(attributes.RedrivePolicy, queueByArn);
  return {
    visibilityTimeoutMs: numberOf(attributes, 'VisibilityTimeout') * 1000,
    delayMs: numberOf(attributes, 'DelaySeconds') * 1000,
    retentionMs: numberOf(attributes, 'MessageRetentionPeriod') * 1000,
    maximumBytes: numberOf(attributes, 'MaximumMessageSize'),
    ...(redrive === undefined ? {} : { redrive }),
  };
};

/** GetQueueAttributes: those of the asked names (`All` for every one) that the simulated queues have. */
export const describeQueue = (queue: Queue, names: readonly string[]): QueueAttributes => {
  const { arn, visibilityTimeoutMs, delayMs, retentionMs, maximumBytes, redrive } = queue.options;
  const stats = queue.stats();
  const all: Record<string, string> = {
    QueueArn: arn,
    VisibilityTimeout: String(visibilityTimeoutMs / 1000),
    DelaySeconds: String(delayMs / 1000),
    MessageRetentionPeriod: String(retentionMs / 1000),
    MaximumMessageSize: String(maximumBytes),
    ApproximateNumberOfMessages: String(stats.visible),
    ApproximateNumberOfMessagesNotVisible: String(stats.inFlight),
    ApproximateNumberOfMessagesDelayed: String(stats.delayed),
  };
  if (redrive) {
    const { deadLetterQueue, maxReceiveCount } = redrive;
    all.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterQueue.options.arn, maxReceiveCount });
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)));
};

// Least, most, default: seconds, the size in bytes. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const ranges = {
  VisibilityTimeout: [0, 43_200, 30],
  DelaySeconds: [0, 900, 0],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  MaximumMessageSize: [1_024, 1_048_576, 1_048_576],
} as const;

// They change nothing that the simulated queues show: encryption, access and polling settings.
const ignored = [
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
  'Policy',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
];

const numberOf = (attributes: QueueAttributes, name: keyof typeof ranges): number => {
  const [least, most, standard] = ranges[name];
  const text = attributes[name];
  if (text === undefined) return standard;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
  return value;
};

const parseRedrive = (text: string, queueByArn: (arn: string) => Queue): NonNullable<QueueSettings['redrive']> => {
  const invalid = new AwsError('InvalidAttributeValue', 'Invalid value for the parameter RedrivePolicy.');
  let policy: { deadLetterTargetArn?: string; maxReceiveCount?: number | string } | null;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalid;
  }
  const maxReceiveCount = Number(policy?.maxReceiveCount ?? 10);
  if (policy?.deadLetterTargetArn === undefined || !(maxReceiveCount >= 1 && maxReceiveCount <= 1000)) throw invalid;
  return { deadLetterQueue: queueByArn(policy.deadLetterTargetArn), maxReceiveCount };
};
