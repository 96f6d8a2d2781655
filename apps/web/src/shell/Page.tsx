import { type ReactNode, useEffect, useRef } from 'react';

/** One page's title, in the tab and as its heading; the focus goes there when a link led here. */
export function Page({
  title,
  aside,
  lead,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · BetterTherapy`;
    if (arrivedByLink) heading.current?.focus({ preventScroll: true });
    arrivedByLink = true;
  }, [title]);
  return (
    <div className="stack stack-wide">
      <div className="stack stack-tight">
        <div className="row row-apart">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {aside}
        </div>
        {lead ? <div className="lead">{lead}</div> : null}
      </div>
      {children}
    </div>
  );
}

/** False for the first page of a visit, where the browser itself puts the focus at the top. */
let arrivedByLink = false;
