import { describe, expect, it } from 'vitest';
import { inspectDialogues, MAX_DIALOGUES, readDialogues } from '../../../../src/gateway/studio/importDialogues.js';
import { maskTexts } from '../../../../src/patientRules.js';
import { never } from '../../fixture.js';

describe('the import of dialogues', () => {
  it.each([
    [
      'columns in any order, with others between',
      'Answer,note,Question\nrest,x,tired?\n',
      [{ question: 'tired?', answer: 'rest' }],
    ],
    [
      'quotes, commas and line breaks inside a field',
      'question,answer\n"a, ""b""\nc","d"\n',
      [{ question: 'a, "b"\nc', answer: 'd' }],
    ],
    ['a byte order mark and Windows lines', '\ufeffquestion,answer\r\nq,a\r\n\r\n', [{ question: 'q', answer: 'a' }]],
  ])('reads CSV with %s', (_, text, dialogues) => {
    expect(readDialogues('csv', text)).toEqual({ dialogues, problems: [] });
  });

  it.each([
    ['csv', 'one,two\nq,a', [{ line: 1, message: 'the first line must name the columns question and answer' }]],
    ['csv', '', [{ line: 1, message: 'the first line must name the columns question and answer' }]],
    ['csv', 'question,answer\nq,\nq2,a2', [{ line: 2, message: 'the answer is empty' }]],
    [
      'jsonl',
      '{"question":"q","answer":"a"}\nnot json\n{"question":"q"}',
      [
        { line: 2, message: 'is not JSON' },
        { line: 3, message: 'needs the texts question and answer' },
      ],
    ],
    ['jsonl', '[1]', [{ line: 1, message: 'needs the texts question and answer' }]],
  ] as const)('says which line of %s it cannot read: %j', (format, text, problems) => {
    expect(readDialogues(format, text).problems).toEqual(problems);
  });

  it('never repeats what a broken file says', () => {
    const { problems } = readDialogues('csv', 'question,answer\n"Anna Kowalska,my answer');
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('Anna');
  });

  it('takes so many and says that the rest do not fit', () => {
    const text = Array.from({ length: MAX_DIALOGUES + 1 }, (_, n) =>
      JSON.stringify({ question: `q${n}`, answer: 'a' }),
    ).join('\n');
    const { dialogues, problems } = readDialogues('jsonl', text);
    expect(dialogues).toHaveLength(MAX_DIALOGUES);
    expect(problems).toEqual([{ line: MAX_DIALOGUES + 1, message: `only ${MAX_DIALOGUES} fit into one import` }]);
  });

  it('shows each span of each field and what would stand in its place', async () => {
    const question = 'My name is Anna Kowalska, call me on 415-555-0134.';
    const answer = 'Sleep at the same time each day.';
    const [inspected] = await inspectDialogues([{ question, answer }], async (texts) => maskTexts(texts), never);
    if (!inspected) throw new Error('nothing came back');
    const { masked, spans } = inspected;
    expect(masked.question).not.toMatch(/Kowalska|555-0134/);
    expect(masked.answer).toBe('Sleep at the same time each day.');
    for (const { field, start, end, replacement } of spans) {
      expect(field).toBe('question');
      expect(question.slice(start, end)).not.toBe('');
      expect(masked.question).toContain(replacement);
    }
    expect(spans.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['name', 'phone']));
  });
});
