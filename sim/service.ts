/** An error as an AWS service answers it: the code becomes the SDK error's `name`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the modelled error, e.g. the `Item` of a ConditionalCheckFailedException. */
  readonly details: object;

  constructor(code: string, message: string, status = 400, details: object = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** Who calls, where, when. `caller` names the process (an invocation, an agent, a person) for logs and faults. */
export type Call = {
  readonly region: string;
  readonly account: string;
  readonly caller: string;
  readonly at: number;
  /** Is what was made at this instant (epoch milliseconds) too young to be seen by this call? Default: nothing is */
  readonly hides?: (madeAt: number) => boolean;
};

/** One API operation: synchronous, at one virtual instant; input and output in the SDK's shapes. Throws AwsError. */
// biome-ignore lint/suspicious/noExplicitAny: the wire layer decodes by schema; each operation narrows to the SDK's own type
export type Operation = (input: any, call: Call) => unknown;

/** The EventBridge envelope as it leaves a service; id, version and account are filled in by the bus. */
export type EmittedEvent = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
};

export type Emit = (event: EmittedEvent) => void;

/** A simulated service: its operations by name, and the token bucket each operation draws from. */
export type Service = {
  readonly id:
    | 'ecs'
    | 'ec2'
    | 'autoscaling'
    | 'elbv2'
    | 'dynamodb'
    | 'sqs'
    | 'pricing'
    | 'service-quotas'
    | 'application-auto-scaling'
    | 'eventbridge'
    | 'ssm'
    | 'cost-explorer';
  readonly operations: Readonly<Record<string, Operation>>;
};
