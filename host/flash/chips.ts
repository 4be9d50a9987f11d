/** The chips that there are images for, and what each calls itself where. */

export const CHIPS = ['esp32', 'esp32s3', 'esp32c3', 'esp32c6'] as const;
export type Chip = (typeof CHIPS)[number];

interface ChipFacts {
  /** As the loader and a manifest (`chipFamily`) have it. */
  readonly family: string;
  /** As an image's header has it, at offset 12. */
  readonly imageId: number;
  /** Where its ROM looks for the bootloader. */
  readonly bootloader: number;
}

export const CHIP_FACTS: Readonly<Record<Chip, ChipFacts>> = {
  esp32: { family: 'ESP32', imageId: 0, bootloader: 0x1000 },
  esp32s3: { family: 'ESP32-S3', imageId: 9, bootloader: 0 },
  esp32c3: { family: 'ESP32-C3', imageId: 5, bootloader: 0 },
  esp32c6: { family: 'ESP32-C6', imageId: 13, bootloader: 0 },
};

export function isChip(name: string): name is Chip {
  return CHIPS.some((chip) => chip === name);
}

export function chipOfFamily(family: string): Chip | undefined {
  return CHIPS.find((chip) => CHIP_FACTS[chip].family === family);
}

export function familyOf(chip: Chip): string {
  return CHIP_FACTS[chip].family;
}
