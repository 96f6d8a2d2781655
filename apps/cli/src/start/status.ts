import { clearLine, cursorTo } from 'node:readline';

/** Progress on stderr: one line that rewrites itself in a terminal, plain lines (each once) elsewhere. */
export class StatusLine {
  private shown = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  update(text: string): void {
    if (text === this.shown) return;
    if (this.stream.isTTY) {
      this.erase();
      this.stream.write(text.slice(0, (this.stream.columns ?? 80) - 1));
    }
    this.shown = text;
  }

  /** Something that stays: a table, or a step that is done. */
  print(text: string): void {
    this.erase();
    this.stream.write(text);
    if (this.stream.isTTY && this.shown !== '') this.stream.write(this.shown);
  }

  clear(): void {
    this.erase();
    this.shown = '';
  }

  private erase(): void {
    if (!this.stream.isTTY) return;
    clearLine(this.stream, 0);
    cursorTo(this.stream, 0);
  }
}
