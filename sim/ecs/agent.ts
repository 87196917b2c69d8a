/** The container agent that every simulated instance runs, https://github.com/aws/amazon-ecs-agent/releases */
export const agentVersion = '1.98.0';

export const versionInfo = { agentHash: 'efe53c6', agentVersion, dockerVersion: 'DockerVersion: 25.0.8' };
