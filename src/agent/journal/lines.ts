/**
 * Splits a stream of bytes into lines without ever holding more than `maxBytes`: a longer line is thrown away up to its
 * newline and reported to `onLost`. Invalid UTF-8 becomes replacement characters.
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private size = 0;
  private skipping = false;
  private readonly maxBytes: number;
  private readonly onLine: (line: string) => void;
  private readonly onLost: () => void;

  constructor(maxBytes: number, onLine: (line: string) => void, onLost: () => void) {
    this.maxBytes = maxBytes;
    this.onLine = onLine;
    this.onLost = onLost;
  }

  /** Bytes since the last newline. */
  get pending(): number {
    return this.size;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.keep(chunk.subarray(start, end));
      this.end();
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
  }

  private keep(part: Buffer): void {
    this.size += part.length;
    if (this.size > this.maxBytes) {
      this.skipping = true;
      this.parts = [];
    }
    if (!this.skipping) this.parts.push(part);
  }

  private end(): void {
    const skipped = this.skipping;
    const bytes = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [];
    this.size = 0;
    this.skipping = false;
    if (skipped) this.onLost();
    else if (bytes && bytes.length > 0) this.onLine(bytes.toString('utf8'));
  }
}
