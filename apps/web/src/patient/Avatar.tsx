import type { ReactNode } from 'react';

/** A twin's picture, or its initials. Decoration: the name stands next to it. */
export function Avatar({
  name,
  picture,
  small = false,
}: {
  readonly name: string;
  readonly picture: string;
  readonly small?: boolean;
}): ReactNode {
  const className = small ? 'avatar avatar-small' : 'avatar';
  if (picture.startsWith('data:image/')) return <img className={className} src={picture} alt="" />;
  const letters = name
    .replace(/^Dr\.?\s+/i, '')
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2);
  return (
    <span className={`${className} avatar-letters`} aria-hidden="true">
      {letters}
    </span>
  );
}
