/** `kept` outlives the browser; `tab` is gone with the tab, which is right for keys of operators and doctors. */
export type Shelf = 'kept' | 'tab';

const PREFIX = 'bettertherapy.';

function shelf(which: Shelf): Storage {
  return which === 'kept' ? window.localStorage : window.sessionStorage;
}

/** What is stored under `name`, or null; a browser that forbids storage answers null. */
export function recall(which: Shelf, name: string): string | null {
  try {
    return shelf(which).getItem(PREFIX + name);
  } catch {
    // Storage is off (private window, policy): the page works, it only forgets.
    return null;
  }
}

/** Stores `value`, or removes it when null. False when the browser forbids storage. */
export function remember(which: Shelf, name: string, value: string | null): boolean {
  try {
    if (value === null) shelf(which).removeItem(PREFIX + name);
    else shelf(which).setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}
