import * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling';
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as costExplorer from '@aws-sdk/client-cost-explorer';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as pricing from '@aws-sdk/client-pricing';
import * as serviceQuotas from '@aws-sdk/client-service-quotas';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import { AwsError, type Service } from '../service.ts';
import { type SchemaRef, type Shape, shapeOf } from './shape.ts';

type JsonProtocol = { readonly kind: 'json'; readonly target: string; readonly contentType: string };
type QueryProtocol = {
  readonly kind: 'query';
  readonly dialect: 'aws' | 'ec2';
  readonly version: string;
  readonly xmlns: string;
};

/** How one service speaks: its wire protocol, its schemas, and how it refuses a request it cannot accept. */
export type Protocol = (JsonProtocol | QueryProtocol) & {
  readonly schemas: object;
  readonly malformedCode: string;
  readonly missing: (member: string) => AwsError;
};

const camel = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);

// The text that services on AWS's validation framework give; the code differs per service.
const mustNotBeNull = (code: string) => (member: string) =>
  new AwsError(
    code,
    `1 validation error detected: Value null at '${camel(member)}' failed to satisfy constraint: Member must not be null`,
  );

const missingParameter = (member: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${member}`);

/**
 * The services of the simulated account. Target prefixes, versions and namespaces are those of the public API models:
 * https://github.com/aws/api-models-aws
 */
export const protocols: Readonly<Record<Service['id'], Protocol>> = {
  ecs: {
    kind: 'json',
    target: 'AmazonEC2ContainerServiceV20141113',
    contentType: 'application/x-amz-json-1.1',
    schemas: ecs,
    malformedCode: 'SerializationException',
    missing: (member) => new AwsError('InvalidParameterException', `${camel(member)} cannot be empty.`),
  },
  dynamodb: {
    kind: 'json',
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    schemas: dynamodb,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('ValidationException'),
  },
  sqs: {
    kind: 'json',
    target: 'AmazonSQS',
    contentType: 'application/x-amz-json-1.0',
    schemas: sqs,
    malformedCode: 'SerializationException',
    missing: missingParameter,
  },
  pricing: {
    kind: 'json',
    target: 'AWSPriceListService',
    contentType: 'application/x-amz-json-1.1',
    schemas: pricing,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('InvalidParameterException'),
  },
  'service-quotas': {
    kind: 'json',
    target: 'ServiceQuotasV20190624',
    contentType: 'application/x-amz-json-1.1',
    schemas: serviceQuotas,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('IllegalArgumentException'),
  },
  'application-auto-scaling': {
    kind: 'json',
    target: 'AnyScaleFrontendService',
    contentType: 'application/x-amz-json-1.1',
    schemas: applicationAutoScaling,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('ValidationException'),
  },
  eventbridge: {
    kind: 'json',
    target: 'AWSEvents',
    contentType: 'application/x-amz-json-1.1',
    schemas: eventbridge,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('ValidationException'),
  },
  ssm: {
    kind: 'json',
    target: 'AmazonSSM',
    contentType: 'application/x-amz-json-1.1',
    schemas: ssm,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('ValidationException'),
  },
  'cost-explorer': {
    kind: 'json',
    target: 'AWSInsightsIndexService',
    contentType: 'application/x-amz-json-1.1',
    schemas: costExplorer,
    malformedCode: 'SerializationException',
    missing: mustNotBeNull('ValidationException'),
  },
  ec2: {
    kind: 'query',
    dialect: 'ec2',
    version: '2016-11-15',
    xmlns: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    schemas: ec2,
    malformedCode: 'InvalidParameterValue',
    missing: missingParameter,
  },
  autoscaling: {
    kind: 'query',
    dialect: 'aws',
    version: '2011-01-01',
    xmlns: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    schemas: autoscaling,
    malformedCode: 'ValidationError',
    missing: mustNotBeNull('ValidationError'),
  },
  elbv2: {
    kind: 'query',
    dialect: 'aws',
    version: '2015-12-01',
    xmlns: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    schemas: elbv2,
    malformedCode: 'ValidationError',
    missing: mustNotBeNull('ValidationError'),
  },
};

/** The shapes of an operation, or undefined when the service's API has no operation of that name. */
export const operationShapes = (service: Service['id'], operation: string): OperationShapes | undefined => {
  const key = `${service}:${operation}`;
  if (!operations.has(key)) {
    const schema = schemaNamed(service, operation);
    const isOperation = Array.isArray(schema) && schema[0] === OPERATION;
    operations.set(
      key,
      isOperation ? { input: shapeOf(deref(schema[4])), output: shapeOf(deref(schema[5])) } : undefined,
    );
  }
  return operations.get(key);
};

export type OperationShapes = { readonly input: Shape; readonly output: Shape };

/** The shape and the query-compatible code of a modelled error; undefined for codes that the API model leaves out. */
export const errorShape = (service: Service['id'], code: string): ErrorShape | undefined => {
  const schema = schemaNamed(service, code);
  if (!Array.isArray(schema) || schema[0] !== ERROR) return undefined;
  const queryCode = schema[3]?.awsQueryError?.[0];
  return { shape: shapeOf(schema as SchemaRef), ...(queryCode === undefined ? {} : { queryCode }) };
};

export type ErrorShape = { readonly shape: Shape; readonly queryCode?: string };

const OPERATION = 9;
const ERROR = -3;
const operations = new Map<string, OperationShapes | undefined>();

// The packages export each schema under its name and a dollar sign.
const schemaNamed = (service: Service['id'], name: string): unknown =>
  (protocols[service].schemas as Readonly<Record<string, unknown>>)[`${name}$`];

const deref = (schema: SchemaRef | (() => SchemaRef)): SchemaRef =>
  (typeof schema === 'function' ? schema() : schema) as SchemaRef;
