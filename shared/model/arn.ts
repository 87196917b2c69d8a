/** The last part of an ARN, or the text itself: `prod` of a cluster, `web:3` of a task definition. */
export const shortName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
