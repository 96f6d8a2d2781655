import type { LlamaModel, Token } from 'node-llama-cpp';

/** What a detokenizer writes for bytes that are not a whole character yet. */
const REPLACEMENT = '\u{FFFD}';
/** A character has at most four bytes, each possibly its own token; more pending tokens are really broken text. */
const MOST_PENDING = 8;
const LOOK_BACK = 4;

/** Turns generated tokens into text as they come, holding back characters that are only partly generated. */
export class TextAssembler {
  private readonly before: Token[] = [];
  private pending: Token[] = [];
  private text = '';

  constructor(
    private readonly model: LlamaModel,
    private readonly onText: (text: string) => void,
  ) {}

  push(token: Token): void {
    this.pending.push(token);
    const piece = this.model.detokenize(this.pending, false, this.before);
    if (piece.endsWith(REPLACEMENT) && this.pending.length < MOST_PENDING) return;
    this.emit(piece);
  }

  /** The whole text; what was held back comes out as it is. */
  finish(): string {
    if (this.pending.length > 0) this.emit(this.model.detokenize(this.pending, false, this.before));
    return this.text;
  }

  private emit(piece: string): void {
    this.before.push(...this.pending);
    this.before.splice(0, Math.max(0, this.before.length - LOOK_BACK));
    this.pending = [];
    if (piece === '') return;
    this.text += piece;
    this.onText(piece);
  }
}
