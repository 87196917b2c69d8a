/** A list leaves out what is younger than so long; `onUnseen` hears of the first thing that it leaves out. */
export type Unseen = { readonly unseenMs: number; readonly onUnseen?: () => void };

/** Says of the instants at which things were made whether a call at `at` (epoch milliseconds) does not see them yet. */
export const youngerThan = (at: number, { unseenMs, onUnseen }: Unseen): ((madeAt: number) => boolean) => {
  let told = false;
  return (madeAt) => {
    if (madeAt <= at - unseenMs) return false;
    if (!told) onUnseen?.();
    told = true;
    return true;
  };
};
