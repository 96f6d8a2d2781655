/** A name as an id: lower-case letters, digits and dashes, at most 64. */
export function slug(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
    .replace(/-+$/, '');
}

/** An id made from `wanted` that none of `taken` is. */
export function freeId(wanted: string, taken: readonly string[]): string {
  const base = slug(wanted) || 'item';
  if (!taken.includes(base)) return base;
  let number = 2;
  while (taken.includes(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}
