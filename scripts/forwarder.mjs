const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/**
 * The CloudFormation template of a further region: the event rules of the main stack, each forwarding to the default
 * event bus of the main region, where the main stack's own rules take the events up. Of rules with the same pattern one
 * forwards: each of them gets its copy there. Schedules stay in the main region.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 *
 * @param {{ Resources: Record<string, { Type: string, Properties?: any }> }} template the packaged main stack
 * @param {string} mainRegion the default of the parameter MainRegion
 */
export function forwarderTemplate(template, mainRegion) {
  const rules = Object.entries(template.Resources).filter(
    ([, { Type, Properties }]) => Type === 'AWS::Events::Rule' && Properties.EventPattern,
  );
  const patterns = rules.map(([, { Properties }]) => JSON.stringify(Properties.EventPattern));
  const first = rules.filter((_, index) => patterns.indexOf(patterns[index] ?? '') === index);
  const bus = { 'Fn::Sub': 'arn:${AWS::Partition}:events:${MainRegion}:${AWS::AccountId}:event-bus/default' };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Forwards the events that spotkeeper needs to the region of its main stack.',
    Parameters: {
      MainRegion: {
        Type: 'String',
        Default: mainRegion,
        AllowedPattern: REGION.source,
        Description: 'The region of the main stack.',
      },
    },
    Resources: {
      ForwarderRole: forwarderRole(bus),
      ...Object.fromEntries(first.map(([id, { Properties }]) => [id, forwardingRule(Properties, bus)])),
    },
  };
}

/**
 * The rule's own pattern and patience, with the main region's bus as its only target.
 *
 * @param {any} properties of the rule
 * @param {object} bus its ARN
 */
function forwardingRule({ EventPattern, Targets }, bus) {
  const RoleArn = { 'Fn::GetAtt': ['ForwarderRole', 'Arn'] };
  const { RetryPolicy } = Targets[0];
  return {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern, Targets: [{ Id: 'MainRegion', Arn: bus, RoleArn, RetryPolicy }] },
  };
}

/** @param {object} bus the ARN of the one bus that it may send to */
function forwarderRole(bus) {
  const Version = '2012-10-17';
  const Principal = { Service: 'events.amazonaws.com' };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version, Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
      Policies: [
        {
          PolicyName: 'forward',
          PolicyDocument: { Version, Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }] },
        },
      ],
    },
  };
}

/**
 * Checks the region that a forwarder is asked for.
 *
 * @param {string} region
 * @param {string} mainRegion
 * @throws Error that says what is allowed
 */
export function checkForwarderRegion(region, mainRegion) {
  if (!REGION.test(region)) throw new Error(`--forwarder is "${region}"; allowed: a region such as us-east-1`);
  if (region === mainRegion) {
    throw new Error(`--forwarder is "${region}", the region of the main stack; allowed: a further region`);
  }
}
