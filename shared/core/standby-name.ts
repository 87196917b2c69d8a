import type { StandbyRung } from '../model/lending.ts';
import { fittedName } from './fitted-name.ts';

/** `<service>-fargate-spot`; at most 255 characters, cut ones unlike each other. */
export const standbyName = (main: string, rung: StandbyRung): string => fittedName(main, `-${rung}`);
