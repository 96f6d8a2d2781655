import { useCallback, useState } from 'react';
import { recall, remember } from '../edge/storage.js';

export type Theme = 'system' | 'light' | 'dark';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

function storedTheme(): Theme {
  const stored = recall('kept', 'theme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** The theme and what turns it to the next one. `system` follows the device. public/theme.js applies it before the first paint. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(storedTheme);
  const turn = useCallback(() => {
    const chosen = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? 'system';
    remember('kept', 'theme', chosen === 'system' ? null : chosen);
    if (chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    setTheme(chosen);
  }, [theme]);
  return [theme, turn];
}
