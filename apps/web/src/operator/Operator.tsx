import type { ReactNode } from 'react';

export default function Operator(): ReactNode {
  return null;
}
