import type { Hex } from '../scale/index.js';
import type { Block } from './block.js';

/** The blocks of a bounded window, whole. Hashes of somewhat older ones are in the state. */
export class BlockHistory {
  private readonly byHash = new Map<Hex, Block>();
  private readonly byNumber = new Map<number, Block>();

  constructor(private readonly options: { readonly historyBlocks: number }) {}

  add(block: Block): void {
    this.byHash.set(block.hash, block);
    this.byNumber.set(block.number, block);
    const dropped = this.byNumber.get(block.number - this.options.historyBlocks - 1);
    if (dropped === undefined) return;
    this.byHash.delete(dropped.hash);
    this.byNumber.delete(dropped.number);
  }

  block(hash: Hex): Block | null {
    return this.byHash.get(hash) ?? null;
  }
}
