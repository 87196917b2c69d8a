import type { GetParameterRequest, GetParameterResult } from '@aws-sdk/client-ssm';
import { AwsError, type Call, type Service } from '../service.ts';

export type NewParameter = {
  readonly region: string;
  /** `/spotkeeper/slack` */
  readonly name: string;
  readonly value: string;
  /** default SecureString */
  readonly type?: 'String' | 'SecureString';
};

type Stored = NewParameter & { readonly version: number; readonly at: number };

/**
 * The Parameter Store of the simulated account: parameters that a builder puts there, and GetParameter. Other operations
 * answer NotImplemented.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export class ParameterStore {
  readonly #now: () => number;
  readonly #parameters = new Map<string, Stored>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Writes a parameter, or its next version. */
  put(parameter: NewParameter): void {
    const key = keyOf(parameter.region, parameter.name);
    const version = (this.#parameters.get(key)?.version ?? 0) + 1;
    this.#parameters.set(key, { ...parameter, version, at: this.#now() });
  }

  delete(region: string, name: string): void {
    this.#parameters.delete(keyOf(region, name));
  }

  readonly service: Service = {
    id: 'ssm',
    operations: {
      GetParameter: (input: GetParameterRequest, call): GetParameterResult => this.#get(input, call),
    },
  };

  #get({ Name: name = '', WithDecryption: decrypted }: GetParameterRequest, call: Call): GetParameterResult {
    if (name.includes(':')) throw new AwsError('NotImplemented', `no versions, labels and ARNs here: ${name}`, 501);
    const found = this.#parameters.get(keyOf(call.region, name));
    // AWS says no more than the code.
    if (!found) throw new AwsError('ParameterNotFound', '');
    const { value, type = 'SecureString', version, at } = found;
    return {
      Parameter: {
        Name: name,
        Type: type,
        // Without decryption it is what KMS made of it.
        Value: type === 'String' || decrypted ? value : `AQICAH${Buffer.from(`sealed ${name}`).toString('base64')}`,
        Version: version,
        LastModifiedDate: new Date(at),
        ARN: `arn:aws:ssm:${call.region}:${call.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
        DataType: 'text',
      },
    };
  }
}

const keyOf = (region: string, name: string): string => `${region} ${name}`;
