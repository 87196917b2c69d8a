import type { Because } from './because.ts';

type OfInstance = { readonly group: string; readonly instanceId: string };

/**
 * Gives a group other instance types; all else of its policy is sent back as it is. Refused when the group's types are
 * not `from` any more.
 */
export type SetOverrides = Because & {
  readonly do: 'set-overrides';
  readonly group: string;
  /** The types that it was seen with, in order. */
  readonly from: readonly string[];
  /** 1 to 40 types, in order. */
  readonly types: readonly string[];
  /** Gives a group of one launch template a mixed-instances policy. */
  readonly converts: boolean;
};

/** Launches one instance before `instanceId` goes; the group's desired count rises by one. */
export type LaunchReplacement = Because &
  OfInstance & {
    readonly do: 'launch-replacement';
    readonly zone: string;
    /** Of two calls with one token, one launches. */
    readonly token: string;
  };

/** Tags an instance that is about to be detached, so that whatever happens next, it is found. */
export type MarkDetached = Because & OfInstance & { readonly do: 'mark-detached' };

/** Takes an instance out of its group, which launches another; it runs on until we terminate it. */
export type Detach = Because & OfInstance & { readonly do: 'detach' };

/** Puts it back: no other instance came. */
export type Reattach = Because & OfInstance & { readonly do: 'reattach' };

/** Ends an instance that runs no task any more. */
export type Terminate = Because &
  OfInstance & {
    readonly do: 'terminate';
    readonly from: 'group' | 'detached';
    /** In a group: does its desired count go down with it? If not, the group launches another. */
    readonly lowers: boolean;
  };

/** Lowers the desired count by one again: the instance that was to be replaced went by itself. */
export type LowerDesired = Because & {
  readonly do: 'lower-desired';
  readonly group: string;
  readonly from: number;
  /** Under this its answer is written down. */
  readonly token: string;
};

export type RebalanceAction =
  | SetOverrides
  | LaunchReplacement
  | MarkDetached
  | Detach
  | Reattach
  | Terminate
  | LowerDesired;
