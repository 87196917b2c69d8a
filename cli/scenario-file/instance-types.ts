import table from '../../sim/ec2/instance-types.json' with { type: 'json' };

/** Every instance type that the simulated EC2 knows. */
export const instanceTypes: readonly string[] = Object.keys(table.types);
