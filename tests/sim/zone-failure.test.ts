import { describe, expect, it } from 'vitest';
import { journalHappenings } from '../../cli/timeline/journal.ts';
import { AwsError } from '../../sim/service.ts';
import { live } from './served.ts';
import { pools, smallAccount, zones } from './small-account.ts';

const lostZone = zones[0];

/** Three Spot Instances with six tasks on them, one On-Demand Instance and three Fargate tasks, level over three zones. */
const spread = () => {
  const world = smallAccount();
  const { region } = world;
  const cluster = region.createCluster({ name: 'prod' });
  const group = region.createGroup({ name: 'spot', cluster, pools, desired: 3, bootMs: 10_000 });
  const onDemand = region.addInstance({ cluster, type: 'm6i.large', zone: lostZone, spot: false });
  const targetGroup = region.createTargetGroup({ name: 'web' });
  const web = region.createService({ cluster, name: 'web', desired: 6, targetGroup, requestsPerSecond: 10 });
  const fargate = region.createService({ cluster, name: 'jobs', desired: 3, launchType: 'FARGATE', fargate: true });
  region.settle();
  const inZone = () => [...group.instances.values()].filter(({ ec2 }) => ec2.zone === lostZone);
  const tasksInZone = () => [...live(web), ...live(fargate)].filter(({ zone }) => zone === lostZone);
  return { ...world, group, onDemand, web, fargate, targetGroup, inZone, tasksInZone };
};

describe('an Availability Zone that fails', () => {
  it('takes its Spot and On-Demand Instances at once, without a notice', async () => {
    const world = spread();
    const [spot] = world.inZone();
    world.region.loseZone(lostZone);
    for (const ec2 of [world.onDemand, spot?.ec2]) {
      expect(ec2).toMatchObject({ state: 'shutting-down', stateReason: { code: 'Server.InternalError' } });
    }
    await world.runTo(60);
    expect(world.onDemand.state).toBe('terminated');
    expect(world.eventsOf('EC2 Spot Instance Interruption Warning')).toEqual([]);
    const states = world
      .eventsOf('EC2 Instance State-change Notification')
      .filter(({ detail }) => (detail as { 'instance-id': string })['instance-id'] === world.onDemand.id)
      .map(({ detail }) => (detail as { state: string }).state);
    expect(states).toEqual(['shutting-down', 'terminated']);
  });

  it('leaves the instances of other zones alone', () => {
    const world = spread();
    world.region.loseZone(lostZone);
    const up = [...world.group.instances.values()].filter(({ ec2 }) => ec2.state === 'running');
    expect(up.map(({ ec2 }) => ec2.zone).sort()).toEqual([zones[1], zones[2]]);
  });

  it('takes the tasks with their hosts, also those of Fargate', async () => {
    const world = spread();
    const doomed = world.tasksInZone();
    expect(new Set(doomed.map(({ launchType }) => launchType))).toEqual(new Set(['EC2', 'FARGATE']));
    world.region.loseZone(lostZone);
    await world.runTo(30);
    for (const task of doomed) {
      expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TerminationNotice', exitCode: 137 });
    }
  });

  it('has its tasks replaced in the other zones', async () => {
    const world = spread();
    world.region.loseZone(lostZone);
    await world.runTo(300);
    for (const service of [world.web, world.fargate]) {
      expect(service.facts).toMatchObject({ running: service.desired, healthy: service.desired });
    }
    expect(world.tasksInZone()).toEqual([]);
  });

  it('takes its targets out of their target groups and drops what was sent to them', async () => {
    const world = spread();
    await world.runTo(5);
    world.region.loseZone(lostZone);
    await world.runTo(60);
    const targets = [...world.targetGroup.targets.values()];
    expect(targets.filter(({ zone }) => zone === lostZone)).toEqual([]);
    expect(world.account.tally().requests().byReason['target-stopping']).toBeGreaterThan(0);
  });

  it('has its instances replaced in the other zones by Auto Scaling', async () => {
    const world = spread();
    world.region.loseZone(lostZone);
    await world.runTo(900);
    const zonesNow = [...world.group.instances.values()].map(({ ec2 }) => ec2.zone);
    expect(zonesNow).toHaveLength(3);
    expect(zonesNow).not.toContain(lostZone);
  });

  it.each([
    [true, 'There is no Spot capacity available that matches your request.'],
    [
      false,
      `We currently do not have sufficient m6i.large capacity in the Availability Zone you requested (${lostZone}). Our ` +
        'system will be working on provisioning additional capacity. You can currently get m6i.large capacity by not ' +
        `specifying an Availability Zone in your request or choosing ${zones[1]}, ${zones[2]}.`,
    ],
  ])('refuses launches as a zone without capacity does (Spot: %s)', (spot, message) => {
    const { region } = smallAccount();
    region.loseZone(lostZone);
    const launch = () => region.addInstance({ type: 'm6i.large', zone: lostZone, spot });
    expect(launch).toThrow(AwsError);
    expect(launch).toThrow(message);
  });

  it('starts no Fargate task, and the service says why', async () => {
    const world = smallAccount();
    const cluster = world.region.createCluster({ name: 'prod' });
    world.region.loseZone(lostZone);
    const options = { launchType: 'FARGATE', fargate: true, zones: [lostZone] } as const;
    const service = world.region.createService({ cluster, name: 'jobs', ...options });
    await world.runTo(60);
    expect(live(service)).toEqual([]);
    const reasons = world.eventsOf('ECS Service Action').map(({ detail }) => (detail as { reason?: string }).reason);
    expect(reasons).toContain('RESOURCE:FARGATE');
    world.region.restoreZone(lostZone);
    await world.runTo(180);
    expect(service.facts.running).toBe(1);
  });

  it('is one sentence for a person, and another when it is back', () => {
    const { region, account } = smallAccount();
    region.loseZone(lostZone);
    region.restoreZone(lostZone);
    const told = journalHappenings(account.journal.entries, false).map(({ who, text }) => `${who}: ${text}`);
    expect(told).toEqual([`EC2: ${lostZone} fails`, `EC2: ${lostZone} is back`]);
  });

  it('must be one that the region can have', () => {
    const { region } = smallAccount();
    expect(() => region.loseZone('us-east-1a')).toThrow('Invalid availability zone: [us-east-1a]');
    expect(() => region.restoreZone('eu-west-1z')).toThrow('Invalid availability zone: [eu-west-1z]');
  });

  it('can be launched in again when it is back', async () => {
    const world = spread();
    world.region.loseZone(lostZone);
    await world.runTo(300);
    world.region.restoreZone(lostZone);
    expect(() => world.region.addInstance({ type: 'm6i.large', zone: lostZone })).not.toThrow();
    expect(() => world.region.addInstance({ type: 'm6i.large', zone: lostZone, spot: false })).not.toThrow();
    await world.runTo(1_200);
    expect(world.inZone()).toHaveLength(1);
  });
});
