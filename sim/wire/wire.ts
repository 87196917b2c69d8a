import { AwsError, type Service } from '../service.ts';
import { readJson, writeJson } from './json.ts';
import { errorShape, type OperationShapes, operationShapes, type Protocol, protocols } from './protocols.ts';
import { readQuery } from './query.ts';
import { missingMember } from './required.ts';
import { escapeXml, writeXml } from './xml.ts';

/** A request as it arrives: header names in lower case. */
export type WireRequest = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Uint8Array | undefined;
  readonly path?: string;
};

export type WireResponse = { readonly status: number; readonly headers: Record<string, string>; readonly body: string };

/** Which operation a request asks for, and in which protocol the answer must be written. */
export type Target = {
  readonly kind: 'json' | 'query';
  readonly service: Service['id'] | undefined;
  readonly operation: string;
  readonly body: string;
};

/** Reads only the address of a request, so that whatever fails later can be answered in the caller's protocol. */
export const identify = (request: WireRequest): Target => {
  const body = textOf(request.body);
  const header = request.headers['x-amz-target'];
  if (typeof header === 'string') {
    const dot = header.lastIndexOf('.');
    const service = serviceIds.find((id) => {
      const protocol = protocols[id];
      return protocol.kind === 'json' && protocol.target === header.slice(0, dot);
    });
    return { kind: 'json', service, operation: service ? header.slice(dot + 1) : header, body };
  }
  const form = new URLSearchParams(body);
  const service = serviceIds.find((id) => {
    const protocol = protocols[id];
    return protocol.kind === 'query' && protocol.version === form.get('Version');
  });
  const operation = form.get('Action') ?? '';
  const described = operation || `a request to ${request.path ?? '/'} that names no operation`;
  return {
    kind: 'query',
    service,
    operation: service ? operation : `${described} (${form.get('Version') ?? 'no version'})`,
    body,
  };
};

/**
 * The input of a request in the SDK's shape.
 * @throws AwsError NotImplemented (501) for a service that is not imitated, the service's own error for an operation that
 *   its API does not have, for a body that cannot be read and for a missing member
 */
export const decode = (target: Target): Record<string, unknown> => {
  const { service } = target;
  const { input: shape } = shapesOf(target);
  if (service === undefined) throw notImplemented(target);
  const protocol = protocols[service];
  const input =
    protocol.kind === 'json'
      ? readJson(shape, target.body)
      : readQuery(shape, new URLSearchParams(target.body), protocol);
  const missing = missingMember(shape, input);
  if (missing !== undefined) throw protocol.missing(missing);
  return input as Record<string, unknown>;
};

/** The answer to a request that succeeded. @throws when the output does not fit the API's schema */
export const encode = (target: Target, output: unknown, requestId: string): WireResponse => {
  const { service, operation } = target;
  const { output: shape } = shapesOf(target);
  if (service === undefined) throw notImplemented(target);
  const protocol = protocols[service];
  const value = output ?? {};
  if (protocol.kind === 'json') {
    return { status: 200, headers: jsonHeaders(protocol.contentType, requestId), body: writeJson(shape, value) };
  }
  const inside = writeXml(shape, value);
  const open = `<${operation}Response xmlns="${protocol.xmlns}">`;
  const body =
    protocol.dialect === 'ec2'
      ? `${open}<requestId>${requestId}</requestId>${inside}</${operation}Response>`
      : `${open}<${operation}Result>${inside}</${operation}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: xmlHeaders(requestId), body: xmlProlog + body };
};

/** The answer to a request that failed, in the form of its protocol. */
export const encodeError = (target: Target, error: AwsError, requestId: string): WireResponse => {
  const { status, code, message } = error;
  const protocol = target.service === undefined ? undefined : protocols[target.service];
  if (target.kind === 'json') return jsonError(target, error, requestId);
  const detail = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const body =
    protocol?.kind === 'query' && protocol.dialect === 'aws'
      ? `<ErrorResponse xmlns="${protocol.xmlns}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      : `<Response><Errors><Error>${detail}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
  return { status, headers: xmlHeaders(requestId), body: xmlProlog + body };
};

/** The error for whatever the simulated account leaves out: loud, and it says where the list is. */
export const notImplemented = ({ service, operation }: Pick<Target, 'service' | 'operation'>): AwsError => {
  const name = service === undefined ? operation : `${service}:${operation}`;
  const message = `the simulated account does not imitate ${name}; docs/simulator-differences.md lists what it does`;
  return new AwsError('NotImplemented', message, 501);
};

const textOf = (body: WireRequest['body']): string =>
  typeof body === 'object' ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8') : (body ?? '');

const serviceIds = Object.keys(protocols) as Service['id'][];

const shapesOf = (target: Target): OperationShapes => {
  const { service, operation } = target;
  if (service === undefined) throw notImplemented(target);
  const shapes = operationShapes(service, operation);
  if (!shapes) throw unknownOperation(protocols[service], operation);
  return shapes;
};

// What AWS answers to an operation that the service's API does not have. The text of the JSON protocols is the one of
// DynamoDB local; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors has the others.
const unknownOperation = (protocol: Protocol, operation: string): AwsError => {
  if (protocol.kind === 'json') return new AwsError('UnknownOperationException', 'An unknown operation was requested.');
  if (operation === '')
    return new AwsError('MissingAction', 'The request is missing an action or a required parameter.');
  return new AwsError(
    'InvalidAction',
    protocol.dialect === 'ec2'
      ? `The action ${operation} is not valid for this web service.`
      : `Could not find operation ${operation} for version ${protocol.version}`,
  );
};

const jsonError = (target: Target, error: AwsError, requestId: string): WireResponse => {
  const protocol: Protocol | undefined = target.service && protocols[target.service];
  const contentType = protocol?.kind === 'json' ? protocol.contentType : 'application/x-amz-json-1.1';
  const modelled = target.service && errorShape(target.service, error.code);
  const headers = jsonHeaders(contentType, requestId);
  headers['x-amzn-errortype'] = error.code;
  // Services that moved from the query protocol keep telling clients their old codes in this header.
  if (modelled?.queryCode !== undefined) headers['x-amzn-query-error'] = `${modelled.queryCode};Sender`;
  const details = modelled ? (JSON.parse(writeJson(modelled.shape, error.details)) as object) : {};
  const body = JSON.stringify({ __type: `com.amazonaws#${error.code}`, message: error.message, ...details });
  return { status: error.status, headers, body };
};

const xmlProlog = '<?xml version="1.0" encoding="UTF-8"?>\n';

const jsonHeaders = (contentType: string, requestId: string): Record<string, string> => ({
  'content-type': contentType,
  'x-amzn-requestid': requestId,
});

const xmlHeaders = (requestId: string): Record<string, string> => ({
  'content-type': 'text/xml;charset=UTF-8',
  'x-amzn-requestid': requestId,
});
