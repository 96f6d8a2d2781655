import type { LlamaModel, Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { TextAssembler } from '../../../../src/llama/worker/textAssembler.js';

/** Each token is one byte of UTF-8: the hardest case for putting characters together. */
const bytewise = {
  detokenize: (tokens: readonly Token[]) => new TextDecoder().decode(Uint8Array.from(tokens)),
};

function assemble(bytes: Uint8Array): { pieces: string[]; text: string } {
  const pieces: string[] = [];
  // The assembler uses nothing of a model but `detokenize`.
  const assembler = new TextAssembler(bytewise as Pick<LlamaModel, 'detokenize'> as LlamaModel, (piece) =>
    pieces.push(piece),
  );
  for (const byte of bytes) assembler.push(byte as Token);
  return { pieces, text: assembler.finish() };
}

describe('text from tokens', () => {
  it('holds back characters until they are whole', () => {
    const { pieces, text } = assemble(new TextEncoder().encode('a é 😀!'));
    expect(text).toBe('a é 😀!');
    expect(pieces).toEqual(['a', ' ', 'é', ' ', '😀', '!']);
  });

  it('lets go of bytes that never become a character', () => {
    const { text } = assemble(Uint8Array.from([0x61, 0xf0, 0x9f]));
    expect(text.startsWith('a')).toBe(true);
    expect(text).toContain('\u{FFFD}');
  });
});
