import type { TypeDesc } from '../scale/index.js';

/**
 * A type in the words of Rust source, as metadata gives for every field. Only shown to people, but the Python client of
 * SDK 10 cannot read a block whose calls lack it.
 */
export function typeNameOf(type: TypeDesc): string {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'compact':
      return `Compact<${typeNameOf(type.of)}>`;
    case 'sequence':
      return `Vec<${typeNameOf(type.of)}>`;
    case 'array':
      return `[${typeNameOf(type.of)}; ${type.length}]`;
    case 'tuple':
      return `(${type.of.map(typeNameOf).join(', ')})`;
    case 'runtimeCall':
      return 'RuntimeCall';
    case 'runtimeEvents':
      return 'Vec<EventRecord>';
    case 'composite':
    case 'variant': {
      const params = type.params.flatMap((param) => (param.type === null ? [] : [typeNameOf(param.type)]));
      const name = type.path.at(-1) ?? '';
      return params.length === 0 ? name : `${name}<${params.join(', ')}>`;
    }
  }
}
