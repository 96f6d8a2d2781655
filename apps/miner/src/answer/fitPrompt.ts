const SEAM = '\n[…]\n';
const HEAD_SHARE = 0.6;
/** A cut text is counted again at most this often. */
const ROUNDS = 5;

/**
 * A question short enough for `maxTokens`: what is too long loses its middle, because people say who they are at the
 * beginning and what they want at the end.
 */
export async function fitPrompt(
  prompt: string,
  maxTokens: number,
  countTokens: (text: string) => Promise<number>,
): Promise<string> {
  // No tokenizer makes more tokens than there are UTF-8 bytes.
  if (Buffer.byteLength(prompt) <= maxTokens) return prompt;
  let kept = prompt;
  let chars = prompt.length;
  for (let round = 0; round < ROUNDS; round += 1) {
    const tokens = await countTokens(kept);
    if (tokens <= maxTokens) return kept;
    chars = Math.max(1, Math.floor(chars * Math.min(0.9, (maxTokens / tokens) * 0.95)));
    kept = withoutMiddle(prompt, chars);
  }
  return withoutMiddle(prompt, Math.floor(maxTokens / 4));
}

function withoutMiddle(text: string, chars: number): string {
  const head = Math.ceil(chars * HEAD_SHARE);
  const tail = Math.max(0, chars - head);
  // A cut through a surrogate pair would leave half a character on either side.
  const start = text.slice(0, head).replace(/[\ud800-\udbff]$/, '');
  const end = tail === 0 ? '' : text.slice(-tail).replace(/^[\udc00-\udfff]/, '');
  return `${start}${SEAM}${end}`;
}
