import { type RefCallback, useCallback, useState } from 'react';

/** A `ref` and the width in pixels of what it is put on, kept as that grows and shrinks; `before` until it is measured. */
export function useWidth<Part extends Element>(before: number): readonly [RefCallback<Part>, number] {
  const [width, setWidth] = useState(before);
  const ref = useCallback((part: Part | null) => {
    if (!part) return;
    const observer = new ResizeObserver(() => {
      const { width: measured } = part.getBoundingClientRect();
      if (measured > 0) setWidth(Math.round(measured));
    });
    observer.observe(part);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
