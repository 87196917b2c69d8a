/**
 * Is a reason that ECS gives for a task that it could not place or start a want of capacity? Others are not: an agent
 * that is disconnected, an attribute or constraint that no instance meets, an image that cannot be pulled.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 *
 * @param reason `reason` of a service event, `stoppedReason` of a task, or the message of a service event
 */
export const isCapacityReason = (reason: string): boolean => wantsCapacity.test(reason);

const wantsCapacity = new RegExp(
  [
    '\\bRESOURCE:[A-Z]',
    'EMPTY CAPACITY PROVIDER',
    'NO ACTIVE INSTANCES',
    'No Container Instances were found in your cluster',
    'Capacity is unavailable',
    'limit on the number of (?:vCPUs|tasks) you can run concurrently',
    'has insufficient (?:CPU units|memory) available',
    'is already using a port required by your task',
  ].join('|'),
);
