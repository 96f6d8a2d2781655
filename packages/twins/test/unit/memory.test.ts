import { silentLogger } from '@bettertherapy/core';
import {
  type Embedder,
  fuseRankings,
  matchQuery,
  type NoteIndex,
  type RecalledNote,
  TwinMemory,
} from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

const note = (id: string, text = id): RecalledNote => ({ book: 'b', kind: 'note', id, title: id, text, source: null });
const notes = ['sleep', 'panic', 'grief', 'work'].map((id) => note(id));

/** Words find what the test says; vectors point along one axis per note. */
function memory(byWords: readonly string[], embed: Embedder['embed'] | null) {
  const asked: string[][] = [];
  const index: NoteIndex = {
    search: () => byWords.map((id) => note(id)),
    all: () => [...notes],
  };
  const embedder =
    embed === null
      ? null
      : {
          embed: (texts: readonly string[]) => {
            asked.push([...texts]);
            return embed(texts);
          },
        };
  const part = new TwinMemory({ index, embedder, log: silentLogger });
  const recall = (question: string, limit = 9) =>
    part.recall({ books: ['b'], question, limit }).then((found) => found.map(({ id }) => id));
  return { part, recall, asked };
}

const AXES = ['sleep', 'panic', 'grief', 'work'];
const along: Embedder['embed'] = async (texts) =>
  texts.map((text) => {
    const vector = new Float32Array(AXES.map((axis) => (text.includes(axis) ? 1 : 0)));
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  });

describe('matchQuery', () => {
  it.each<[string, string | null]>([
    ['I feel so tired of my work', '"tired" OR "work"'],
    ['Work work WORK', '"work"'],
    ['what should I do?', null],
    ['', null],
    ['"a" AND title:x* NEAR(b) -c', '"title" OR "near"'],
    ['ich schlafe schlecht', '"ich" OR "schlafe" OR "schlecht"'],
    ['我睡不好', '"我睡不好"'],
  ])('%s → %s', (question, expected) => {
    expect(matchQuery(question)).toBe(expected);
  });

  it('is bounded whatever is asked', () => {
    const question = Array.from({ length: 9000 }, (_, n) => `word${n}`).join(' ') + 'x'.repeat(100_000);
    expect(matchQuery(question)?.split(' OR ')).toHaveLength(32);
  });
});

describe('fuseRankings', () => {
  it.each<[string, string[][], string[]]>([
    ['one ranking stays as it is', [['a', 'b', 'c']], ['a', 'b', 'c']],
    [
      'what both know comes before what one knows',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      ['b', 'a', 'c'],
    ],
    ['equal ranks keep the order of the first ranking', [['a'], ['b']], ['a', 'b']],
    ['nothing gives nothing', [[], []], []],
  ])('%s', (_name, rankings, expected) => {
    expect(fuseRankings(rankings)).toEqual(expected);
  });
});

describe('TwinMemory', () => {
  it('without an embedding model, words alone decide', async () => {
    expect(await memory(['grief', 'work'], null).recall('grief and work')).toEqual(['grief', 'work']);
  });

  it('meaning finds what words did not, and raises what both found', async () => {
    const { recall } = memory(['work', 'panic'], along);
    expect(await recall('panic about sleep')).toEqual(['panic', 'work', 'sleep']);
  });

  it('what is unlike the question is left out', async () => {
    expect(await memory([], along).recall('grief')).toEqual(['grief']);
  });

  it('gives no more than it is asked for', async () => {
    expect(await memory(['work', 'panic', 'grief'], along).recall('panic', 1)).toEqual(['panic']);
  });

  it('makes the vectors of a book once, also for questions at the same time, and anew when it is told to', async () => {
    const { part, recall, asked } = memory([], along);
    await Promise.all([recall('grief'), recall('panic')]);
    await recall('work');
    const books = () => asked.filter((texts) => texts.length === notes.length).length;
    expect(books()).toBe(1);
    part.forget('b');
    await recall('work');
    expect(books()).toBe(2);
  });

  it('a model that fails leaves what words found, and the next question tries again', async () => {
    let broken = true;
    const { recall } = memory(['work'], async (texts) => {
      if (broken) throw new Error('out of memory');
      return along(texts);
    });
    expect(await recall('grief')).toEqual(['work']);
    broken = false;
    expect(await recall('grief')).toEqual(['work', 'grief']);
  });

  it('ends with the signal of a caller that left', async () => {
    const gone = new AbortController();
    const { part } = memory(['work'], async () => {
      gone.abort(new Error('gone'));
      throw new Error('aborted');
    });
    const asking = part.recall({ books: ['b'], question: 'grief', limit: 3, signal: gone.signal });
    await expect(asking).rejects.toThrow('aborted');
  });
});
