/** A packaged CloudFormation template, as far as event delivery reads it. */
export type Template = { readonly Resources: Readonly<Record<string, TemplateResource>> };

export type TemplateResource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

export type StackPlace = { readonly region: string; readonly account: string };

/**
 * Reads resources of one stack and resolves Ref, Fn::GetAtt (Arn), Fn::Sub and Fn::Join in what it reads. Any other
 * intrinsic function, pseudo parameter or resource type in a place that is read is an error that names it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export class StackReader {
  readonly place: StackPlace;
  readonly #resources: Template['Resources'];

  constructor(template: Template, place: StackPlace) {
    this.place = place;
    this.#resources = template.Resources;
  }

  /** Logical id and unresolved properties of each resource of a type. */
  resources(type: string): [logicalId: string, properties: Readonly<Record<string, unknown>>][] {
    return Object.entries(this.#resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, { Properties = {} }]) => [logicalId, Properties]);
  }

  /** The physical name of a resource: the one the template gives it, else its logical id. */
  nameOf(logicalId: string): string {
    const resource = this.#resource(logicalId);
    const given = resource.Properties?.[kindOf(resource, logicalId).nameProperty];
    return given === undefined ? logicalId : String(this.resolve(given));
  }

  arnOf(logicalId: string): string {
    const { region, account } = this.place;
    return kindOf(this.#resource(logicalId), logicalId).arn(this.nameOf(logicalId), region, account);
  }

  /** The logical id behind a resolved ARN, name or queue URL. @throws when the stack has no such resource of the type */
  logicalIdOf(type: string, reference: string): string {
    for (const [logicalId] of this.resources(type)) {
      if ([this.arnOf(logicalId), this.nameOf(logicalId), this.#ref(logicalId)].includes(reference)) return logicalId;
    }
    throw new Error(`the template has no ${type} that is ${reference}`);
  }

  /** A property value with every intrinsic function in it replaced. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, operand] = ['', undefined]] = entries;
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return this.#intrinsic(name, operand);
    return Object.fromEntries(entries.map(([key, item]) => [key, this.resolve(item)]));
  }

  #intrinsic(name: string, operand: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(String(operand));
      case 'Fn::GetAtt':
        return this.#attribute(typeof operand === 'string' ? operand : (operand as readonly string[]).join('.'));
      case 'Fn::Join': {
        const [separator, parts] = operand as readonly [string, readonly unknown[]];
        return parts.map((part) => String(this.resolve(part))).join(separator);
      }
      case 'Fn::Sub': {
        const [text, variables = {}] = (typeof operand === 'string' ? [operand] : operand) as readonly [
          string,
          Record<string, unknown>?,
        ];
        return text.replace(/\$\{([^}!]+)\}/g, (_, key: string) => {
          if (key in variables) return String(this.resolve(variables[key]));
          return key.includes('.') ? this.#attribute(key) : this.#ref(key);
        });
      }
      default:
        throw new Error(`event delivery does not resolve ${name} in a template`);
    }
  }

  #ref(name: string): string {
    const { region, account } = this.place;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
    };
    if (pseudo[name] !== undefined) return pseudo[name];
    if (name.startsWith('AWS::')) throw new Error(`event delivery does not resolve the pseudo parameter ${name}`);
    if (this.#resource(name).Type === 'AWS::SQS::Queue')
      return `http://sqs.${region}.sim/${account}/${this.nameOf(name)}`;
    return this.nameOf(name);
  }

  #attribute(path: string): string {
    const [logicalId = '', attribute] = path.split('.');
    if (attribute !== 'Arn') throw new Error(`event delivery does not resolve Fn::GetAtt ${path}`);
    return this.arnOf(logicalId);
  }

  #resource(logicalId: string): TemplateResource {
    const resource = this.#resources[logicalId];
    if (!resource) throw new Error(`the template has no resource ${logicalId}`);
    return resource;
  }
}

type Kind = { readonly nameProperty: string; readonly arn: (name: string, region: string, account: string) => string };

// ARN forms: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
const kinds: Readonly<Record<string, Kind>> = {
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: (name, region, account) => `arn:aws:sqs:${region}:${account}:${name}`,
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    arn: (name, region, account) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    arn: (name, region, account) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    arn: (name, region, account) => `arn:aws:events:${region}:${account}:rule/${name}`,
  },
};

const kindOf = (resource: TemplateResource, logicalId: string): Kind => {
  const kind = kinds[resource.Type];
  if (!kind) throw new Error(`event delivery does not resolve references to ${logicalId}, a ${resource.Type}`);
  return kind;
};
