import { AwsError } from '../service.ts';
import type { Member, Shape } from './shape.ts';

export type QueryDialect = 'aws' | 'ec2';

/**
 * Reads a form-encoded request (`Action=…&Filter.1.Name=…`) into the SDK's input shape.
 * `aws` is the AWS query protocol (lists as `Names.member.1`), `ec2` its EC2 variant (lists always flattened, keys
 * capitalised). https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html
 * @throws AwsError with `malformedCode` when a number, boolean or timestamp cannot be read
 */
export const readQuery = (shape: Shape, form: URLSearchParams, options: QueryOptions): unknown => {
  const root = branch();
  for (const [key, value] of form) {
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = branch();
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return readNode(shape, root, options);
};

export type QueryOptions = { readonly dialect: QueryDialect; readonly malformedCode: string };

type Node = { value: string | undefined; readonly children: Map<string, Node> };

const branch = (): Node => ({ value: undefined, children: new Map() });

const readNode = (shape: Shape, node: Node, options: QueryOptions, flattened = false): unknown => {
  switch (shape.kind) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const child = node.children.get(wireName(member, options));
        if (child) result[name] = readNode(member.shape, child, options, member.flattened);
      }
      return result;
    }
    case 'list': {
      const items = options.dialect === 'ec2' || flattened ? node : (node.children.get(shape.itemName) ?? branch());
      return numbered(items).map((item) => readNode(shape.item, item, options));
    }
    case 'map': {
      const entries = flattened ? node : (node.children.get('entry') ?? branch());
      const pairs = numbered(entries).map((entry) => {
        const value = entry.children.get(shape.valueName) ?? branch();
        return [entry.children.get(shape.keyName)?.value ?? '', readNode(shape.value, value, options)];
      });
      return Object.fromEntries(pairs);
    }
    case 'document':
      return node.value;
    default:
      return readText(shape.kind, node.value ?? '', options);
  }
};

const wireName = (member: Member, options: QueryOptions): string =>
  options.dialect === 'ec2' ? member.ec2QueryName : member.xmlName;

const numbered = (node: Node): Node[] =>
  [...node.children]
    .filter(([index]) => /^\d+$/.test(index))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);

const readText = (
  kind: 'string' | 'boolean' | 'number' | 'timestamp' | 'blob',
  text: string,
  options: QueryOptions,
) => {
  const malformed = () => new AwsError(options.malformedCode, `'${text}' is not a valid ${kind}`);
  switch (kind) {
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw malformed();
      return text === 'true';
    case 'number':
      if (text.trim() === '' || Number.isNaN(Number(text))) throw malformed();
      return Number(text);
    case 'timestamp': {
      const date = new Date(text);
      if (Number.isNaN(date.getTime())) throw malformed();
      return date;
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'string':
      return text;
  }
};
