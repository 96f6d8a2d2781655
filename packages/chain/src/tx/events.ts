import { type Plain, parse, type Runtime } from '../runtime/index.js';
import { dispatchFailure, variant } from './refusals.js';

/** An event that an extrinsic caused. */
export interface ChainEvent {
  /** Pallet in camelCase: `subtensorModule`. */
  readonly section: string;
  /** As the runtime names it: `NeuronRegistered`. */
  readonly method: string;
  readonly data: readonly Plain[];
}

/** The events of one extrinsic out of the bytes of `System.Events`. */
export function eventsOf(runtime: Runtime, bytes: Uint8Array | null, extrinsicIndex: number): ChainEvent[] {
  const item = runtime.storage('System', 'Events');
  if (!item) throw runtime.unsupported('storage item', 'System.Events');
  const events: ChainEvent[] = [];
  for (const entry of parse.listOf(item.decode(bytes), 'events')) {
    const record = parse.recordOf(entry, 'event record');
    const phase = variant(record.phase);
    if (phase.type !== 'ApplyExtrinsic' || phase.value !== BigInt(extrinsicIndex)) continue;
    const event = parse.recordOf(record.event, 'event');
    events.push({
      section: parse.textOf(event.section, 'event section'),
      method: parse.textOf(event.method, 'event method'),
      data: parse.listOf(event.data, 'event data'),
    });
  }
  return events;
}

/**
 * Fails when the extrinsic did, or when the inner call of sudo or a batch did although the extrinsic succeeded.
 * @throws CodedError by the table of pallet errors; `details.batchIndex` says which call of a batch it was.
 */
export function throwOnFailure(runtime: Runtime, call: string, events: readonly ChainEvent[], details: object): void {
  for (const { section, method, data } of events) {
    const where = `${section}.${method}`;
    if (where === 'system.ExtrinsicFailed') throw dispatchFailure(runtime, call, data[0] ?? null, details);
    if (where === 'sudo.Sudid' || where === 'sudo.SudoAsDone') {
      const result = variant(data[0]);
      if (result.type === 'Err') throw dispatchFailure(runtime, call, result.value, { ...details, inside: 'sudo' });
    }
    if (where === 'utility.BatchInterrupted') {
      const batchIndex = parse.intOf(data[0], 'batch index');
      throw dispatchFailure(runtime, call, data[1] ?? null, { ...details, inside: 'batch', batchIndex });
    }
  }
}
