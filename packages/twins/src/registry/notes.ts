import type { TwinPack } from '../pack/packSchema.js';
import type { ShelfNote } from './shelf.js';

/** What a pack knows, as the full-text index keeps it: its notes, then its sample dialogues. */
export function notesOf(pack: Pick<TwinPack, 'knowledge' | 'dialogues'>): ShelfNote[] {
  return [
    ...pack.knowledge.map(
      ({ id, title, text, source }): ShelfNote => ({ kind: 'note', id, title, text, source: { ...source } }),
    ),
    ...pack.dialogues.map(
      ({ id, question, answer }): ShelfNote => ({ kind: 'dialogue', id, title: question, text: answer, source: null }),
    ),
  ];
}
