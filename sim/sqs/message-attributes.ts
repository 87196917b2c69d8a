import { createHash } from 'node:crypto';
import { AwsError } from '../service.ts';

/** An attribute of a message as the SDK has it: text or number in `StringValue`, bytes in `BinaryValue`. */
export type MessageAttribute = {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
};

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/**
 * Refuses attributes as SQS does.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * @throws AwsError InvalidParameterValue for more than ten, and for a type or value that SQS does not take
 */
export const checkAttributes = (attributes: MessageAttributes): void => {
  const refuse = (text: string) => new AwsError('InvalidParameterValue', text);
  const entries = Object.entries(attributes);
  if (entries.length > 10)
    throw refuse(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType = '', StringValue, BinaryValue }] of entries) {
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType))
      throw refuse(`The message attribute '${name}' has an invalid message attribute type.`);
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value.length === 0)
      throw refuse(`The message attribute '${name}' must contain a non-empty message attribute value.`);
  }
};

/** The attributes that a receive asked for: by name, by the beginning of one with `.*`, or all. */
export const askedAttributes = (attributes: MessageAttributes, asked: readonly string[]): MessageAttributes => {
  const matches = (name: string) =>
    asked.some((each) =>
      each === 'All' || each === '.*' ? true : each.endsWith('.*') ? name.startsWith(each.slice(0, -2)) : name === each,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
};

/**
 * The digest that clients check: name, type and value of each attribute, by name, each after its length.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export const md5OfAttributes = (attributes: MessageAttributes): string => {
  const hash = createHash('md5');
  const add = (part: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    const isBinary = DataType.startsWith('Binary');
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Uint8Array.of(isBinary ? 2 : 1));
    add(isBinary ? (BinaryValue ?? new Uint8Array()) : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
};
