import type { Ec2Instance } from '../ec2/instance.ts';
import type { World } from './world.ts';

export type ScheduledChange = {
  readonly instance: Ec2Instance;
  readonly eventTypeCode: string;
  /** virtual epoch milliseconds */
  readonly startsAt: number;
};

/**
 * Sends the AWS Health event of a scheduled change of an instance's host.
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */
export const announceScheduledChange = (world: World, change: ScheduledChange): void => {
  const { instance, eventTypeCode, startsAt } = change;
  const id = world.ids.hex('health-event', 12);
  world.journal({
    kind: 'maintenance-scheduled',
    subject: instance.id,
    text: `AWS Health: ${eventTypeCode} for ${instance.id} at ${new Date(startsAt).toISOString()}`,
    data: { eventTypeCode, startsAt },
  });
  world.emit({
    source: 'aws.health',
    'detail-type': 'AWS Health Event',
    resources: [instance.id],
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
      affectedEntities: [{ entityValue: instance.id, tags: instance.tags }],
      affectedAccount: world.account,
      page: '1',
      totalPages: '1',
    },
  });
};
