/** A scenario file with everything that the account part of a file can have. */
export const rich = {
  version: '1',
  account: {
    region: 'eu-west-1',
    accountId: '123456789012',
    clusters: [
      {
        clusterName: 'prod',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        tags: [
          { key: 'spotkeeper:manage', value: 'true' },
          { key: 'cost-center', value: 'shop' },
        ],
      },
      { clusterName: 'batch' },
    ],
    targetGroups: [
      { Name: 'checkout', Protocol: 'HTTP', Port: 8080, TargetType: 'ip', DeregistrationDelaySeconds: 30 },
      { Name: 'stream', Protocol: 'TCP', Port: 9000, TargetType: 'instance', HealthyThresholdCount: 3 },
    ],
    taskDefinitions: [
      {
        family: 'checkout',
        networkMode: 'awsvpc',
        cpu: '512',
        memory: '1024',
        containerDefinitions: [
          {
            name: 'app',
            image: 'web:1',
            cpu: 256,
            memory: 512,
            portMappings: [{ containerPort: 8080 }],
            stopTimeout: 60,
          },
          { name: 'proxy', image: 'proxy:1', cpu: 128, memory: 256 },
        ],
      },
      {
        family: 'stream',
        networkMode: 'bridge',
        containerDefinitions: [
          {
            name: 'app',
            image: 'stream:1',
            cpu: 256,
            memory: 512,
            portMappings: [{ containerPort: 9000, hostPort: 9000 }],
          },
        ],
      },
      {
        family: 'agent',
        networkMode: 'host',
        containerDefinitions: [{ name: 'app', image: 'agent:1', cpu: 64, memory: 64 }],
      },
      {
        family: 'nightly',
        networkMode: 'bridge',
        containerDefinitions: [{ name: 'job', image: 'job:1', cpu: 64, memory: 64 }],
      },
    ],
    autoScalingGroups: [
      {
        AutoScalingGroupName: 'prod-spot',
        MinSize: 1,
        MaxSize: 20,
        Tags: [{ Key: 'team', Value: 'shop' }],
        cluster: 'prod',
        capacityProvider: 'prod-spot',
        InstanceTypes: ['m6i.large', 'm5.large', 'm6a.large'],
        AvailabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
        SpotAllocationStrategy: 'price-capacity-optimized',
        LifecycleHooks: [{ LifecycleHookName: 'spotkeeper-drain', HeartbeatTimeout: 120 }],
        Instances: [
          { InstanceType: 'm6i.large', AvailabilityZone: 'eu-west-1a', Count: 3 },
          { InstanceType: 'm5.large', AvailabilityZone: 'eu-west-1b', Count: 2 },
        ],
      },
      {
        AutoScalingGroupName: 'batch-mixed',
        MinSize: 0,
        MaxSize: 5,
        cluster: 'batch',
        OnDemandBaseCapacity: 1,
        OnDemandPercentageAboveBaseCapacity: 25,
        Instances: [
          { InstanceType: 'm5.large', AvailabilityZone: 'eu-west-1a', InstanceLifecycle: 'on-demand', Count: 1 },
          { InstanceType: 'm5.large', AvailabilityZone: 'eu-west-1a', Count: 2 },
        ],
      },
    ],
    instances: [
      {
        InstanceType: 'm5.xlarge',
        AvailabilityZone: 'eu-west-1c',
        InstanceLifecycle: 'on-demand',
        Count: 1,
        cluster: 'prod',
      },
    ],
    services: [
      {
        cluster: 'prod',
        serviceName: 'checkout',
        taskDefinition: 'checkout',
        desiredCount: 4,
        deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 },
        targetGroup: 'checkout',
        capacityProviderStrategy: [{ capacityProvider: 'prod-spot', weight: 1, base: 1 }],
        tags: [{ key: 'team', value: 'shop' }],
      },
      {
        cluster: 'prod',
        serviceName: 'overflow',
        taskDefinition: 'checkout',
        desiredCount: 2,
        capacityProviderStrategy: [
          { capacityProvider: 'FARGATE_SPOT', weight: 3 },
          { capacityProvider: 'FARGATE', weight: 1 },
        ],
      },
      { cluster: 'prod', serviceName: 'stream', taskDefinition: 'stream', desiredCount: 2, targetGroup: 'stream' },
      {
        cluster: 'prod',
        serviceName: 'agent',
        taskDefinition: 'agent',
        schedulingStrategy: 'DAEMON',
        deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
      },
    ],
    tasks: [{ cluster: 'batch', taskDefinition: 'nightly', count: 3, startedBy: 'nightly-run' }],
  },
  simulation: { seconds: 120 },
};
