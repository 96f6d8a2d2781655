import { describe, expect, it } from 'vitest';
import { partsOf } from '../../src/api/chat.js';
import { errorIn } from '../../src/edge/http.js';

describe('one frame of an answer', () => {
  it.each([
    ['the end mark says nothing', '[DONE]', []],
    ['a frame of usage alone says nothing', '{"choices":[],"usage":{"total_tokens":3}}', []],
    [
      'an empty delta says nothing',
      '{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}',
      [],
    ],
    ['words are words', '{"choices":[{"delta":{"content":"Hi"}}]}', [{ kind: 'words', text: 'Hi' }]],
    [
      'the reason of the end is told',
      '{"choices":[{"delta":{},"finish_reason":"stop"}]}',
      [{ kind: 'end', reason: 'stop' }],
    ],
  ])('%s', (_name, data, parts) => {
    expect(partsOf(data)).toEqual(parts);
  });

  it('gives the facts before the words of the same frame', () => {
    const frame = { bettertherapy: { answer_id: 'a' }, choices: [{ delta: { content: 'Hi' } }] };
    expect(partsOf(JSON.stringify(frame)).map(({ kind }) => kind)).toEqual(['facts', 'words']);
  });

  it('an error frame is thrown with its code', () => {
    expect(() => partsOf('{"error":{"message":"no miner","code":"no_answer"}}')).toThrow(
      expect.objectContaining({ message: 'no miner', code: 'no_answer' }),
    );
  });
});

describe('the error of a body', () => {
  it.each([
    ['OpenAI’s shape', '{"error":{"message":"m","type":"t","code":"c"}}', { message: 'm', code: 'c' }],
    [
      'the type stands in for a missing code',
      '{"error":{"message":"m","type":"t","code":null}}',
      { message: 'm', code: 't' },
    ],
    ['a proxy’s page is none', '<html>502</html>', null],
    ['an error without a message is none', '{"error":{}}', null],
    ['no body is none', '', null],
  ])('%s', (_name, text, error) => {
    expect(errorIn(text)).toEqual(error);
  });
});
