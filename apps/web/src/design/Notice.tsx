import type { ReactNode } from 'react';

/** A sentence or two that should be read. `alert` speaks at once to screen readers. */
export function Notice({
  tone = 'leaf',
  alert = false,
  children,
}: {
  readonly tone?: 'leaf' | 'lamp' | 'alarm';
  readonly alert?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const className = `notice stack stack-tight${tone === 'leaf' ? '' : ` notice-${tone}`}`;
  return (
    <div className={className} {...(alert ? { role: 'alert' } : {})}>
      {children}
    </div>
  );
}

export function Badge({
  tone = 'plain',
  children,
}: {
  readonly tone?: 'plain' | 'good' | 'lamp' | 'bad';
  readonly children: ReactNode;
}): ReactNode {
  return <span className={tone === 'plain' ? 'badge' : `badge badge-${tone}`}>{children}</span>;
}
