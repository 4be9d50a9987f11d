/** What a host reads and writes by READ_REG and WRITE_REG: who the chip is, and its SPI controller. */

/** Of one kind of chip, from its target in Espressif's esptool documentation. */
export interface ChipKind {
  readonly family: string;
  /** `chip_id` of GET_SECURITY_INFO; the ESP32 has no such command. */
  readonly chipId: number | undefined;
  /** At 0x40001000. */
  readonly magic: number;
  readonly spiBase: number;
  readonly spiData: number;
  readonly uartDivider: number;
}

export const KINDS = {
  esp32: {
    family: 'ESP32',
    chipId: undefined,
    magic: 0x00f01d83,
    spiBase: 0x3ff42000,
    spiData: 0x80,
    uartDivider: 0x3ff40014,
  },
  esp32c3: {
    family: 'ESP32-C3',
    chipId: 5,
    magic: 0x1b31506f,
    spiBase: 0x60002000,
    spiData: 0x58,
    uartDivider: 0x60000014,
  },
  /** None of ours. */
  esp32h2: {
    family: 'ESP32-H2',
    chipId: 16,
    magic: 0xd7b73e80,
    spiBase: 0x60003000,
    spiData: 0x58,
    uartDivider: 0x60000014,
  },
} satisfies Record<string, ChipKind>;

const MAGIC = 0x40001000;
const SPI_USR = 1 << 18;
const READ_ID = 0x9f;
/** A 4 MB flash of Winbond's: capacity 0x16, type 0x40, maker 0xef. */
const FLASH_ID = 0x1640ef;
/** 40 MHz crystal / 115,200 baud. */
const DIVIDER = 347;

export class Registers {
  private readonly values = new Map<number, number>();

  constructor(private readonly kind: ChipKind) {
    this.values.set(MAGIC, kind.magic);
    this.values.set(kind.uartDivider, DIVIDER);
  }

  read(address: number): number {
    return this.values.get(address) ?? 0;
  }

  write(address: number, value: number): void {
    const { spiBase, spiData } = this.kind;
    if (address === spiBase && (value & SPI_USR) !== 0) {
      // A command of its own (USR): done at once. SPI_USR2 is at 0x24, before the 0x80 of an ESP32 at 0x20.
      const command = this.read(spiBase + (spiData === 0x80 ? 0x24 : 0x20)) & 0xff;
      if (command === READ_ID) this.values.set(spiBase + spiData, FLASH_ID);
      return;
    }
    this.values.set(address, value >>> 0);
  }
}
