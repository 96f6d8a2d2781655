import { useCallback, useEffect, useRef, useState } from 'react';
import type { TwinApi } from '../api/studio.js';
import type { Draft, Problem } from '../api/studioTypes.js';
import { after } from '../edge/time.js';

/** Quiet time after the last keystroke before a draft is saved by itself. */
const AUTOSAVE_MS = 1_500;

export type Saving = 'saved' | 'changed' | 'busy' | Error;

export interface DraftInHand {
  readonly draft: Draft;
  readonly change: (fields: Partial<Draft>) => void;
  readonly save: () => void;
  readonly saving: Saving;
  /** What the gateway found wrong at the last save; null before the first. */
  readonly problems: readonly Problem[] | null;
}

/** A draft that saves itself: after a pause, on demand, and when the form is left. */
export function useDraft(api: TwinApi, begun: Draft, onSaved: () => void): DraftInHand {
  const [draft, setDraft] = useState(begun);
  const [problems, setProblems] = useState<readonly Problem[] | null>(null);
  const [saving, setSaving] = useState<Saving>('saved');
  /** The newest draft that no answer has confirmed yet. */
  const unsaved = useRef<Draft | null>(null);

  const change = useCallback((fields: Partial<Draft>): void => {
    setDraft((before) => {
      const changed = { ...before, ...fields };
      unsaved.current = changed;
      return changed;
    });
    setSaving('changed');
  }, []);

  const save = useCallback((): void => {
    const sent = unsaved.current ?? draft;
    setSaving('busy');
    api.saveDraft(sent).then(
      (kept) => {
        // Typed on meanwhile: that is still to be saved.
        const current = unsaved.current === null || unsaved.current === sent;
        if (current) unsaved.current = null;
        setProblems(kept.problems);
        setSaving(current ? 'saved' : 'changed');
        onSaved();
      },
      (error: Error) => setSaving(error),
    );
  }, [api, draft, onSaved]);

  useEffect(() => (saving === 'changed' ? after(AUTOSAVE_MS, save) : undefined), [saving, save]);
  useEffect(
    () => () => {
      const left = unsaved.current;
      // The form is gone and cannot show a failure; the draft on the gateway is then the one before.
      if (left !== null) api.saveDraft(left).catch(() => undefined);
    },
    [api],
  );
  return { draft, change, save, saving, problems };
}
