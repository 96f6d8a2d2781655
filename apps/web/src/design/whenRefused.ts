import { createContext, useContext } from 'react';

/** What to do when the key of this part of the pages is not good any more. */
export interface WayOut {
  /** What it means, for the reader. */
  readonly words: string;
  readonly label: string;
  readonly act: () => void;
}

/** Given by each part of the pages around what needs its key; without it a refused key leaves the reader nowhere to go. */
export const WhenRefused = createContext<WayOut | null>(null);

export function useWayOut(): WayOut | null {
  return useContext(WhenRefused);
}
