/** Keeps the last bytes of a stream, for the report after a crash. */
export class TailBuffer {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly limit: number) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes > 2 * this.limit) {
      const kept = Buffer.concat(this.chunks).subarray(-this.limit);
      this.chunks = [Buffer.from(kept)];
      this.bytes = kept.length;
    }
  }

  text(): string {
    return Buffer.concat(this.chunks).subarray(-this.limit).toString('utf8').trim();
  }
}
