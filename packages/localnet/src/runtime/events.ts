import type { EventDecl } from '../declare/pallet.js';
import { compactU32, concatBytes, encodeWith } from '../scale/index.js';
import { type Phase, phase } from '../types/index.js';

/** The events of one block, encoded as they happen. */
export class EventLog {
  private readonly records: Uint8Array[] = [];
  private current: Uint8Array;

  constructor(private readonly palletIndex: ReadonlyMap<string, number>) {
    this.current = encodeWith(phase, { kind: 'Initialization', value: null });
  }

  get count(): number {
    return this.records.length;
  }

  enter(next: Phase): void {
    this.current = encodeWith(phase, next);
  }

  emit<V>(decl: EventDecl<V>, value: V): void {
    const index = this.palletIndex.get(decl.pallet);
    if (index === undefined) throw new Error(`no pallet ${decl.pallet}`);
    const noTopics = new Uint8Array([0]);
    this.records.push(concatBytes([this.current, new Uint8Array([index, decl.index]), decl.encode(value), noTopics]));
  }

  /** Forgets the events after the first `count`: those of a call that failed. */
  rollback(count: number): void {
    this.records.length = count;
  }

  /** The value of `System.Events`. */
  encode(): Uint8Array {
    return concatBytes([encodeWith(compactU32, this.records.length), ...this.records]);
  }
}
