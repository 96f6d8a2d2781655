import Markdown from 'markdown-to-jsx/react';
import type { ReactNode } from 'react';

const Nothing = (): ReactNode => null;
/** An answer is written by a miner nobody knows: its links are shown as words, never to be clicked. */
const Words = ({ children, href }: { readonly children?: ReactNode; readonly href?: string }): ReactNode => (
  <span>
    {children}
    {href ? <span className="quiet"> ({href})</span> : null}
  </span>
);
const OPTIONS = {
  disableParsingRawHTML: true,
  forceBlock: true,
  wrapper: 'div',
  // Headings inside an answer must not disturb the outline of the page.
  overrides: { a: Words, img: Nothing, iframe: Nothing, h1: 'h4', h2: 'h4', h3: 'h4', h5: 'h4', h6: 'h4' },
} as const;

/** An answer's Markdown as elements; markup, pictures and live links of the miner do not get through. */
export function AnswerText({ text }: { readonly text: string }): ReactNode {
  return (
    <div className="prose">
      <Markdown options={OPTIONS}>{text}</Markdown>
    </div>
  );
}
