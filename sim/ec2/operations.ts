import type { Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import { instanceOperations } from './instance-operations.ts';
import { networkOperations } from './network-operations.ts';
import { routeOperations } from './route-operations.ts';
import { spotOperations } from './spot-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { templateOperations } from './template-operations.ts';
import { typeOperations } from './type-operations.ts';

/** The EC2 operations of one region, in SDK shapes. */
export const ec2Operations = (fleet: Fleet): Record<string, Operation> => ({
  ...instanceOperations(fleet),
  ...typeOperations(fleet),
  ...spotOperations(fleet),
  ...networkOperations(fleet),
  ...routeOperations(fleet),
  ...templateOperations(fleet),
  ...tagOperations(fleet),
});
