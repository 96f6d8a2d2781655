import type { ReactNode } from 'react';

export default function Studio(): ReactNode {
  return null;
}
