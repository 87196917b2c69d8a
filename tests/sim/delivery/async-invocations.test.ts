import { describe, expect, it } from 'vitest';
import { type Invoke, processDied } from '../../../sim/delivery/function-runtime.ts';
import { SECOND, stack, template } from './small-stack.ts';

const MINUTE = 60 * SECOND;

/** A function that a schedule invokes itself, without a queue between. */
const direct = (invoke: Invoke, config: object = {}) =>
  stack({
    invoke,
    template: template(
      {},
      {
        Schedule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            ScheduleExpression: 'rate(1 hour)',
            Targets: [{ Id: 'f', Arn: { 'Fn::GetAtt': ['Report', 'Arn'] } }],
          },
        },
        Report: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'my-report', Timeout: 30 } },
        ...config,
      },
    ),
  });

const config = (properties: object) => ({
  Config: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'Report' }, Qualifier: '$LATEST', ...properties },
  },
});

const fails: Invoke = async () => {
  throw new Error('no');
};

describe('a rule that invokes a function', () => {
  it('gives it the event itself', async () => {
    const { clock, requests, invocations, bus } = direct(async () => undefined);
    await clock.run(clock.now() + 61 * MINUTE);
    bus.stop();
    expect(requests.map(({ functionName, event }) => ({ functionName, event }))).toEqual([
      {
        functionName: 'my-report',
        event: expect.objectContaining({ 'detail-type': 'Scheduled Event', region: 'eu-west-1' }),
      },
    ]);
    expect(invocations).toMatchObject([{ source: 'EventBridge', records: 1, failed: 0, error: undefined }]);
  });

  it('repeats one that failed after one minute and after two more', async () => {
    const { clock, invocations, bus } = direct(fails);
    await clock.run(clock.now() + 70 * MINUTE);
    bus.stop();
    const [first = 0, ...later] = invocations.map(({ startedAt }) => startedAt);
    expect(later.map((at) => at - first)).toEqual([MINUTE, 3 * MINUTE]);
  });

  it('repeats as often as the function is configured to', async () => {
    const { clock, invocations, bus } = direct(fails, config({ MaximumRetryAttempts: 0 }));
    await clock.run(clock.now() + 70 * MINUTE);
    bus.stop();
    expect(invocations).toHaveLength(1);
  });

  it('gives up an event that is too old', async () => {
    const { clock, invocations, bus } = direct(fails, config({ MaximumEventAgeInSeconds: 90 }));
    await clock.run(clock.now() + 70 * MINUTE);
    bus.stop();
    expect(invocations).toHaveLength(2);
  });

  it('repeats one whose process died', async () => {
    let times = 0;
    const { clock, invocations, bus } = direct(async () => {
      times += 1;
      if (times === 1) throw processDied;
    });
    await clock.run(clock.now() + 70 * MINUTE);
    bus.stop();
    expect(invocations.map(({ killed, failed }) => ({ killed, failed }))).toEqual([
      { killed: true, failed: 1 },
      { killed: false, failed: 0 },
    ]);
  });
});
