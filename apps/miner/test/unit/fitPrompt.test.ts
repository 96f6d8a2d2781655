import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitPrompt } from '../../src/answer/fitPrompt.js';

const perWord = async (text: string): Promise<number> => text.split(/\s+/).length;
const perCharacter = async (text: string): Promise<number> => text.length;

describe('fitPrompt', () => {
  it('what fits is not counted and not changed', async () => {
    const never = () => Promise.reject(new Error('counted'));
    expect(await fitPrompt('How do I sleep?', 100, never)).toBe('How do I sleep?');
  });

  it('many characters of few tokens stay', async () => {
    const text = `${'extraordinarily '.repeat(20)}long`;
    expect(await fitPrompt(text, 30, perWord)).toBe(text);
  });

  it('keeps the beginning and the end', async () => {
    const text = `I am Ann. ${'word '.repeat(1000)}How do I sleep?`;
    const fitted = await fitPrompt(text, 100, perWord);
    expect(await perWord(fitted)).toBeLessThanOrEqual(100);
    expect(fitted).toMatch(/^I am Ann\./);
    expect(fitted).toMatch(/How do I sleep\?$/);
    expect(fitted).toContain('[…]');
  });

  it('fits any text, and never splits a character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 2000 }), async (text) => {
        const fitted = await fitPrompt(text, 120, perCharacter);
        return fitted.length <= 130 && fitted.isWellFormed();
      }),
    );
  });
});
