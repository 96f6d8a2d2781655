import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'plain' | 'main' | 'alarm' | 'bare';
  /** Shown with a spinner and not to be pressed again. */
  readonly busy?: boolean;
}

export function Button({
  kind = 'plain',
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps): ReactNode {
  const classes = ['button', kind === 'plain' ? '' : `button-${kind}`, className ?? ''].filter(Boolean).join(' ');
  return (
    <button type="button" {...rest} className={classes} disabled={disabled || busy}>
      {busy ? <span className="spinner" aria-hidden="true" /> : null}
      {children}
    </button>
  );
}
