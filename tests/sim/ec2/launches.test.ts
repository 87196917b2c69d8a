import { describe, expect, test } from 'vitest';
import { constant } from '../../../sim/market/source.ts';
import { AwsError } from '../../../sim/service.ts';
import { smallAccount } from '../small-account.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

const world = () => {
  const { region, runTo } = smallAccount();
  const { fleet } = region.parts;
  const refusal = (options: object): AwsError => {
    try {
      fleet.launch({ ...pool, spot: true, ...options });
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    throw new Error('it was launched');
  };
  return { region, fleet, refusal, runTo };
};

describe('a launch is refused', () => {
  test('without Spot capacity', () => {
    const { fleet, refusal } = world();
    fleet.setCapacity(pool, constant(1));
    fleet.launch({ ...pool, spot: true });
    expect(refusal({})).toMatchObject({
      code: 'InsufficientInstanceCapacity',
      message: 'There is no Spot capacity available that matches your request.',
    });
  });

  test('without On-Demand capacity, with the zones that have some', () => {
    const { fleet, refusal } = world();
    fleet.setOnDemandAvailable(pool, false);
    expect(fleet.availableOnDemand(pool)).toBe(false);
    expect(refusal({ spot: false })).toMatchObject({
      code: 'InsufficientInstanceCapacity',
      message:
        'We currently do not have sufficient m6i.large capacity in the Availability Zone you requested (eu-west-1a). ' +
        'Our system will be working on provisioning additional capacity. You can currently get m6i.large capacity by ' +
        'not specifying an Availability Zone in your request or choosing eu-west-1b, eu-west-1c.',
    });
  });

  test('where the type does not exist', () => {
    const { fleet, refusal } = world();
    fleet.market.setOffered(pool, false);
    expect(fleet.available(pool)).toBe(false);
    expect(refusal({}).message).toBe(
      'Your requested instance type (m6i.large) is not supported in your requested Availability Zone (eu-west-1a). ' +
        'Please retry your request by not specifying an Availability Zone or choosing eu-west-1b, eu-west-1c.',
    );
  });

  test('when the maximum price is below the Spot price', () => {
    const { fleet, refusal } = world();
    const price = fleet.market.price(pool);
    expect(refusal({ maxPrice: 0.01 })).toMatchObject({
      code: 'SpotMaxPriceTooLow',
      message: `Your Spot request price of 0.01 is lower than the minimum required Spot request fulfillment price of ${price}.`,
    });
    expect(fleet.launch({ ...pool, spot: true, maxPrice: price }).spot?.maxPrice).toBe(price);
  });

  test('when the image is of another architecture', () => {
    const { refusal } = world();
    expect(refusal({ imageId: 'ami-0123456789abcdef1' })).toMatchObject({ code: 'InvalidParameterValue' });
  });

  test('when the Spot vCPU quota is used up, until an instance ends', async () => {
    const { fleet, refusal, runTo } = world();
    fleet.quotas.setLimit('L-34B43A08', 4);
    const first = fleet.launch({ ...pool, spot: true });
    fleet.launch({ ...pool, spot: true });
    expect(refusal({})).toMatchObject({
      code: 'MaxSpotInstanceCountExceeded',
      message: 'Max spot instance count exceeded',
    });
    fleet.launch({ ...pool, spot: false });
    fleet.launch({ type: 'g5.xlarge', zone: pool.zone, spot: true });
    fleet.terminate(first.id);
    await runTo(60);
    fleet.launch({ ...pool, spot: true });
    expect(fleet.quotas.used('L-34B43A08')).toBe(4);
  });

  test('when the On-Demand vCPU quota is used up', () => {
    const { fleet, refusal } = world();
    fleet.quotas.setLimit('L-1216C47A', 3);
    fleet.launch({ ...pool, spot: false });
    const { code, message } = refusal({ spot: false });
    expect(code).toBe('VcpuLimitExceeded');
    expect(message).toContain('more vCPU capacity than your current vCPU limit of 3 allows for the instance bucket');
  });
});

test('a Spot launch is announced: the request is fulfilled, the instance pending, then running', async () => {
  const { account, region, events, runTo } = smallAccount();
  const { id, spot } = region.addInstance({ ...pool, booting: true });
  region.addInstance({ ...pool, spot: false, booting: true });
  await runTo(15);
  const own = events.filter(({ detail }) => (detail as { 'instance-id'?: string })['instance-id'] === id);
  expect(own.map((event) => event['detail-type'])).toEqual([
    'EC2 Spot Instance Request Fulfillment',
    'EC2 Instance State-change Notification',
    'EC2 Instance State-change Notification',
  ]);
  expect(own[0]).toMatchObject({
    source: 'aws.ec2',
    resources: [`arn:aws:ec2:eu-west-1:${account.account}:instance/${id}`],
    detail: { 'spot-instance-request-id': spot?.id, 'instance-id': id },
  });
  expect(own.slice(1).map(({ detail }) => detail)).toMatchObject([{ state: 'pending' }, { state: 'running' }]);
  expect(events).toHaveLength(5);
});

test('a quota that does not count vCPUs is refused, and a limit that is no number of them', () => {
  const { fleet } = world();
  expect(() => fleet.quotas.setLimit('L-00000000', 4)).toThrow('L-00000000 is not a vCPU quota of EC2');
  expect(() => fleet.quotas.setLimit('L-34B43A08', -1)).toThrow('expected vCPUs, at least 0');
});

test('an unknown type is named', () => {
  const { fleet } = world();
  expect(() => fleet.launch({ type: 'm9.large', zone: pool.zone, spot: true })).toThrow(
    'unknown instance type m9.large',
  );
});
