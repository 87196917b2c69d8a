import { AwsError } from '../service.ts';

export type TimeToLiveSpecification = { readonly Enabled?: boolean; readonly AttributeName?: string };

/**
 * Which attribute of a table holds the epoch second at which an item expires. A change counts at once; another one is
 * refused for an hour.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
 */
export class TimeToLive {
  #attribute: string | undefined;
  #changedAt = Number.NEGATIVE_INFINITY;

  /** @param attribute the attribute that a new table has from the start; undefined: none */
  constructor(attribute?: string) {
    this.#attribute = attribute;
  }

  get attribute(): string | undefined {
    return this.#attribute;
  }

  /**
   * UpdateTimeToLive. `now` in epoch milliseconds.
   * @throws AwsError ValidationException when nothing would change, when another attribute is active, or within an hour
   *   of the change before
   */
  update({ Enabled, AttributeName }: TimeToLiveSpecification, now: number): object {
    if (Enabled === undefined) throw missing('enabled');
    if (AttributeName === undefined) throw missing('attributeName');
    if (AttributeName.length < 1 || AttributeName.length > 255) {
      const rule =
        AttributeName.length < 1
          ? 'Member must have length greater than or equal to 1'
          : 'Member must have length less than or equal to 255';
      throw invalid(constraint(`'${AttributeName}'`, 'attributeName', rule));
    }
    const active = this.#attribute;
    if (active !== undefined && active !== AttributeName)
      throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${active}`);
    if ((active !== undefined) === Enabled) throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
    if (now < this.#changedAt + CHANGE_INTERVAL_MS)
      throw invalid('Time to live has been modified multiple times within a fixed interval');
    this.#attribute = Enabled ? AttributeName : undefined;
    this.#changedAt = now;
    return { TimeToLiveSpecification: { Enabled, AttributeName } };
  }

  /** DescribeTimeToLive. */
  describe(): object {
    const described =
      this.#attribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: this.#attribute };
    return { TimeToLiveDescription: described };
  }
}

const CHANGE_INTERVAL_MS = 3_600_000;

const missing = (member: string): AwsError => invalid(constraint('null', member, 'Member must not be null'));

const constraint = (value: string, member: string, rule: string): string =>
  `1 validation error detected: Value ${value} at 'timeToLiveSpecification.${member}' failed to satisfy constraint: ${rule}`;

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
