import { BLOCK_HASH_COUNT } from '../pallets/system.js';
import type { Hex } from '../scale/index.js';
import type { Block } from './block.js';

/** The blocks of the window whole, and the hashes of somewhat more; genesis always. */
export class BlockHistory {
  private readonly byHash = new Map<Hex, Block>();
  private readonly hashes = new Map<number, Hex>();

  constructor(
    readonly genesisHash: Hex,
    private readonly options: { readonly historyBlocks: number },
  ) {}

  add(block: Block): void {
    this.byHash.set(block.hash, block);
    this.hashes.set(block.number, block.hash);
    const dropped = block.number - this.options.historyBlocks - 1;
    const droppedHash = this.hashes.get(dropped);
    if (dropped > 0 && droppedHash !== undefined) this.byHash.delete(droppedHash);
    this.hashes.delete(block.number - BLOCK_HASH_COUNT - 1);
  }

  block(hash: Hex): Block | null {
    return this.byHash.get(hash) ?? null;
  }

  hashOf(number: number): Hex | null {
    return number === 0 ? this.genesisHash : (this.hashes.get(number) ?? null);
  }
}
