/** SLIP as a chip has it, byte by byte: "Each SLIP packet begins and ends with 0xC0." */

export function slip(packet: Uint8Array): Uint8Array {
  const escaped = [...packet].flatMap((byte) => {
    if (byte === 0xc0) return [0xdb, 0xdc];
    return byte === 0xdb ? [0xdb, 0xdd] : [byte];
  });
  return Uint8Array.of(0xc0, ...escaped, 0xc0);
}

/** Tells each packet when its end has come. */
export class SlipReader {
  private packet: number[] | undefined;
  private isEscaped = false;

  constructor(private readonly tell: (packet: Uint8Array) => void) {}

  add(bytes: Uint8Array): void {
    for (const byte of bytes) this.take(byte);
  }

  private take(byte: number): void {
    if (byte === 0xc0) {
      const { packet } = this;
      // An end is a beginning, unless something is ended by it.
      this.packet = packet === undefined || packet.length === 0 ? [] : undefined;
      if (packet !== undefined && packet.length > 0) this.tell(Uint8Array.from(packet));
    } else if (byte === 0xdb) {
      this.isEscaped = true;
    } else {
      this.packet?.push(this.isEscaped ? (byte === 0xdc ? 0xc0 : 0xdb) : byte);
      this.isEscaped = false;
    }
  }
}
