import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { clientsOf, settle } from '../clients.ts';
import { regionName } from '../small-account.ts';
import { anyAccount } from './any-account.ts';

const { account } = anyAccount();

const ask = (target: string | undefined, body: string) =>
  settle(
    account.clock,
    account.endpoint.request(
      { headers: target === undefined ? {} : { 'x-amz-target': target }, body },
      { region: regionName, caller: 'anybody' },
    ),
  );

describe('a malformed request', () => {
  it.each([
    ['ECS', 'AmazonEC2ContainerServiceV20141113.DrainEverything'],
    ['DynamoDB', 'DynamoDB_20120810.Drop'],
    ['SQS', 'AmazonSQS.'],
  ])('for an operation that %s does not have is an unknown operation', async (_, target) => {
    const { status, headers, body } = await ask(target, '{}');
    expect(status).toBe(400);
    expect(headers['x-amzn-errortype']).toBe('UnknownOperationException');
    expect(JSON.parse(body)).toMatchObject({ __type: 'com.amazonaws#UnknownOperationException' });
  });

  it('for an action that EC2 does not have is an invalid action', async () => {
    const { status, body } = await ask(undefined, 'Action=LaunchRockets&Version=2016-11-15');
    expect(status).toBe(400);
    expect(body).toContain(
      '<Response><Errors><Error><Code>InvalidAction</Code><Message>The action LaunchRockets is not valid for this web service.</Message>',
    );
  });

  it('for an action that Auto Scaling does not have is an invalid action, too', async () => {
    const { status, body } = await ask(undefined, 'Action=LaunchRockets&Version=2011-01-01');
    expect(status).toBe(400);
    expect(body).toContain(
      '<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation LaunchRockets for version 2011-01-01</Message>',
    );
  });

  it('without an action lacks one', async () => {
    const { status, body } = await ask(undefined, 'Version=2016-11-15');
    expect([status, body]).toEqual([400, expect.stringContaining('<Code>MissingAction</Code>')]);
  });

  it('for a service that the account does not have is not implemented', async () => {
    const { status, body } = await ask('Nobody.Nothing', '{}');
    expect([status, body]).toEqual([501, expect.stringContaining('com.amazonaws#NotImplemented')]);
  });

  it.each([
    ['cut', '{"cluster": "def'],
    ['a list', '[]'],
    ['a text where a list belongs', '{"include": "TAGS"}'],
    ['a list with something else in it', '{"clusters": [1]}'],
    ['form data', 'cluster=default'],
  ])('whose JSON is %s cannot be read', async (_, body) => {
    const { status, headers } = await ask('AmazonEC2ContainerServiceV20141113.DescribeClusters', body);
    expect([status, headers['x-amzn-errortype']]).toEqual([400, 'SerializationException']);
  });

  it('that nests thousands of levels deep is refused, not followed', async () => {
    const value = `${'{"L":['.repeat(5_000)}${']}'.repeat(5_000)}`;
    const { status, body } = await ask('DynamoDB_20120810.PutItem', `{"TableName":"table","Item":{"id":${value}}}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ message: 'the request body nests too deeply' });
  });

  it('with an empty body lacks what the operation needs', async () => {
    const { status, body } = await ask('AmazonEC2ContainerServiceV20141113.UpdateContainerInstancesState', '');
    expect([status, JSON.parse(body).__type]).toEqual([400, 'com.amazonaws#InvalidParameterException']);
  });

  it('is answered in XML that clients can read, whatever it holds', async () => {
    const { ec2 } = clientsOf(account.endpoint);
    const send = settle(account.clock, ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-\u0000\u0001<&'] })));
    await expect(send).rejects.toThrow('i-\ufffd\ufffd<&');
  });
});
