import type { FieldDesc, TypeDesc, ValueOf, VariantDesc } from '../scale/index.js';
import type { portableType } from './portable.js';
import { typeNameOf } from './typeName.js';

export type PortableType = ValueOf<typeof portableType>;

/** Gives every type of a runtime its id, once, children included. */
export class TypeRegistryBuilder {
  readonly types: PortableType[] = [];
  private readonly byShape = new Map<string, number>();
  private readonly byIdentity = new Map<TypeDesc, number>();
  private readonly outer = new Map<'runtimeCall' | 'runtimeEvents', TypeDesc>();

  /** Says what the outer call enum or the list of event records is in this runtime. */
  defineOuter(kind: 'runtimeCall' | 'runtimeEvents', type: TypeDesc): void {
    this.outer.set(kind, type);
  }

  idOf(type: TypeDesc): number {
    const known = this.byIdentity.get(type);
    if (known !== undefined) return known;
    switch (type.kind) {
      case 'runtimeCall':
      case 'runtimeEvents': {
        const meant = this.outer.get(type.kind);
        if (meant === undefined) throw new Error(`the metadata builder was not told the ${type.kind}`);
        return this.idOf(meant);
      }
      case 'primitive':
        return this.shared(type, type.name, { kind: 'Primitive', value: type.name });
      case 'compact':
        return this.wrapping(type, 'Compact', this.idOf(type.of));
      case 'sequence':
        return this.wrapping(type, 'Sequence', this.idOf(type.of));
      case 'array': {
        const inner = this.idOf(type.of);
        return this.shared(type, `[${inner};${type.length}]`, {
          kind: 'Array',
          value: { len: type.length, type: inner },
        });
      }
      case 'tuple': {
        const inner = type.of.map((item) => this.idOf(item));
        return this.shared(type, `(${inner.join()})`, { kind: 'Tuple', value: inner });
      }
      case 'composite':
      case 'variant':
        return this.named(type);
    }
  }

  private wrapping(type: TypeDesc, kind: 'Compact' | 'Sequence', inner: number): number {
    return this.shared(type, `${kind}<${inner}>`, { kind, value: inner });
  }

  /** Types without a name of their own are the same when they look the same. */
  private shared(type: TypeDesc, shape: string, def: PortableType['def']): number {
    const known = this.byShape.get(shape);
    const id = known ?? this.add({ path: [], params: [], def });
    this.byShape.set(shape, id);
    this.byIdentity.set(type, id);
    return id;
  }

  private named(type: Extract<TypeDesc, { readonly path: readonly string[] }>): number {
    const params = type.params.map(({ name, type: param }) => ({
      name,
      type: param === null ? null : this.idOf(param),
    }));
    // A type that is generic is declared anew wherever it is used; its parameters tell whether it is the same.
    const shape = params.length === 0 ? null : `${type.path.join('::')}<${params.map((param) => param.type).join()}>`;
    const known = shape === null ? undefined : this.byShape.get(shape);
    if (known !== undefined) {
      this.byIdentity.set(type, known);
      return known;
    }
    // The id is taken before the fields are visited, because a type may contain itself.
    const id = this.add({ path: [...type.path], params, def: { kind: 'Tuple', value: [] } });
    this.byIdentity.set(type, id);
    if (shape !== null) this.byShape.set(shape, id);
    const def: PortableType['def'] =
      type.kind === 'composite'
        ? { kind: 'Composite', value: this.fields(type.fields) }
        : { kind: 'Variant', value: this.variants(type.variants) };
    this.types[id] = { id, path: [...type.path], params, def, docs: [] };
    return id;
  }

  private fields(
    fields: readonly FieldDesc[],
  ): { name: string | null; type: number; typeName: string; docs: string[] }[] {
    return fields.map(({ name, type, typeName }) => ({
      name,
      type: this.idOf(type),
      typeName: typeName ?? typeNameOf(type),
      docs: [],
    }));
  }

  private variants(variants: readonly VariantDesc[]): Extract<PortableType['def'], { kind: 'Variant' }>['value'] {
    return variants.map(({ name, index, fields }) => ({ name, index, fields: this.fields(fields), docs: [] }));
  }

  private add(type: Omit<PortableType, 'id' | 'docs'>): number {
    const id = this.types.length;
    this.types.push({ id, ...type, docs: [] });
    return id;
  }
}
