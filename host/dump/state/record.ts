/** Reads the core's records where they lie, by their fields in the generated layout. */

interface Field {
  readonly at: number;
  readonly type: 'u8' | 'i8' | 'bool' | 'u16' | 'u32' | 'u64';
  /** Of a longer field: how many bytes. */
  readonly count?: number;
}

export interface RecordLayout {
  readonly bytes: number;
  readonly fields: Readonly<Record<string, Field>>;
}

type ValueOf<F extends Field> = F extends { count: number }
  ? Uint8Array
  : F['type'] extends 'u64'
    ? bigint
    : F['type'] extends 'bool'
      ? boolean
      : number;

export type RecordOf<L extends RecordLayout> = { [K in keyof L['fields']]: ValueOf<L['fields'][K]> };

/** The record at `at`. */
export function readRecord<L extends RecordLayout>(view: DataView, at: number, { fields }: L): RecordOf<L> {
  const values = Object.entries(fields).map(([name, field]) => [name, valueOf(view, at + field.at, field)]);
  return Object.fromEntries(values) as RecordOf<L>;
}

function valueOf(view: DataView, at: number, { type, count }: Field): number | bigint | boolean | Uint8Array {
  if (count !== undefined) return new Uint8Array(view.buffer, view.byteOffset + at, count);
  switch (type) {
    case 'u8':
      return view.getUint8(at);
    case 'i8':
      return view.getInt8(at);
    case 'bool':
      return view.getUint8(at) !== 0;
    case 'u16':
      return view.getUint16(at, true);
    case 'u32':
      return view.getUint32(at, true);
    case 'u64':
      return view.getBigUint64(at, true);
  }
}
