import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { short } from '../design/format.js';

/** A miner's hotkey, short, leading to its page. */
export function MinerLink({ hotkey }: { readonly hotkey: string }): ReactNode {
  return (
    <Link className="code" href={`/operator/miners/${encodeURIComponent(hotkey)}`} title={hotkey}>
      {short(hotkey)}
    </Link>
  );
}
