/** A date and time of day in the reader's own way; a dash for none. */
export function dateTime(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** A number with so many decimals, or a dash for none. */
export function figure(value: number | null | undefined, decimals = 1): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A share 0..1 as per cent. */
export function percent(value: number | null | undefined, decimals = 0): string {
  return value === null || value === undefined ? '–' : `${figure(value * 100, decimals)} %`;
}

/** Milliseconds as seconds. */
export function seconds(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : `${figure(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
}

/** Bytes in the unit that people know from their files. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${figure(bytes / 1e3, 1)} kB`;
  return bytes < 1e9 ? `${figure(bytes / 1e6, 1)} MB` : `${figure(bytes / 1e9, 2)} GB`;
}

/** A hotkey or hash short enough for a table; the whole stands in the title of the element. */
export function short(id: string): string {
  return id.length > 14 ? `${id.slice(0, 6)}…${id.slice(-5)}` : id;
}
