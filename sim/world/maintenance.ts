import type { Ec2Instance } from '../ec2/instance.ts';
import type { World } from './world.ts';

export type ScheduledChange = {
  readonly instances: readonly Ec2Instance[];
  readonly eventTypeCode: string;
  /** virtual epoch milliseconds */
  readonly startsAt: number;
};

/**
 * Sends the AWS Health event of a scheduled change of instances' hosts.
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */
export const announceScheduledChange = (world: World, change: ScheduledChange): void => {
  const { instances, eventTypeCode, startsAt } = change;
  const id = world.ids.hex('health-event', 12);
  for (const { id: instanceId } of instances) {
    world.journal({
      kind: 'maintenance-scheduled',
      subject: instanceId,
      text: `AWS Health: ${eventTypeCode} for ${instanceId} at ${new Date(startsAt).toISOString()}`,
      data: { eventTypeCode, startsAt },
    });
  }
  world.emit({
    source: 'aws.health',
    'detail-type': 'AWS Health Event',
    resources: instances.map(({ id: instanceId }) => instanceId),
    detail: {
      eventArn: `arn:aws:health:${world.region}::event/EC2/${eventTypeCode}/${eventTypeCode}_${id}`,
      service: 'EC2',
      eventTypeCode,
      eventTypeCategory: 'scheduledChange',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      communicationId: `${id}-1`,
      startTime: new Date(startsAt).toUTCString(),
      endTime: new Date(startsAt).toUTCString(),
      lastUpdatedTime: new Date(world.now()).toUTCString(),
      statusCode: 'upcoming',
      eventRegion: world.region,
      eventDescription: [
        { language: 'en_US', latestDescription: 'EC2 has detected degradation of the underlying hardware.' },
      ],
      affectedEntities: instances.map(({ id: instanceId, tags }) => ({ entityValue: instanceId, tags })),
      affectedAccount: world.account,
      page: '1',
      totalPages: '1',
    },
  });
};
