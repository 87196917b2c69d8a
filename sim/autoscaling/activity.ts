/** One scaling activity, https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html */
export type Activity = {
  readonly sequence: number;
  readonly id: string;
  readonly cause: string;
  readonly startedAt: number;
  readonly zone: string;
  readonly subnet: string;
  description: string;
  statusCode: 'InProgress' | 'MidLifecycleAction' | 'Successful' | 'Failed' | 'Cancelled';
  statusMessage: string | undefined;
  endedAt: number | undefined;
};
