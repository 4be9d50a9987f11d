/** The boards that can be built here. */

export const ENGINES = ['interp', 'aot'] as const;
/** How a board runs the module: WAMR's fast interpreter, or compiled ahead of time. */
export type Engine = (typeof ENGINES)[number];

export const BOARDS = ['linux', 'rv32', 'xtensa'] as const;
export type BoardName = (typeof BOARDS)[number];

export interface BoardKind {
  readonly name: BoardName;
  readonly summary: string;
  /** Its CMake project, and the toolchain file of that, below boards/. */
  readonly project: string;
  readonly toolchain?: string;
  /** What the project makes. */
  readonly program: string;
  /** What has to be on this machine to build it. */
  readonly tools: readonly string[];
  /**
   * Bytes of the runtime's pool, by engine: what the `lan` profile with apps was measured to need, and some more. The interpreter
   * keeps its own form of the code there, with native addresses.
   */
  readonly poolBytes: Readonly<Record<Engine, number>>;
  /** Bytes of the module's stack in that pool: the interpreter's frames lie there. */
  readonly stackBytes: Readonly<Record<Engine, number>>;
  /** What its CMake project is told besides, where a profile is for less memory: by the profile's name. */
  readonly settings: Readonly<Partial<Record<string, Readonly<Record<string, number>>>>>;
  /** What the module is compiled for ahead of time. */
  readonly aot: { readonly target: string; readonly options: readonly string[] };
}

export const BOARD_KINDS: Readonly<Record<BoardName, BoardKind>> = {
  linux: {
    name: 'linux',
    summary: 'a program on a TAP device',
    project: 'linux',
    program: 'firmshake-linux',
    tools: ['cmake', 'ninja', 'gcc'],
    poolBytes: { interp: 192 * 1024, aot: 128 * 1024 },
    stackBytes: { interp: 4096, aot: 256 },
    settings: {},
    aot: { target: 'x86-64', options: [] },
  },
  rv32: {
    name: 'rv32',
    summary: 'bare metal on a RISC-V machine of QEMU, with the instruction set of an ESP32-C3',
    project: 'rv32/firmware',
    toolchain: 'rv32/toolchain.cmake',
    program: 'firmshake-rv32.elf',
    tools: ['cmake', 'ninja', 'riscv64-unknown-elf-gcc'],
    poolBytes: { interp: 112 * 1024, aot: 7 * 1024 },
    stackBytes: { interp: 4096, aot: 256 },
    // Two frames may wait to be taken, and one to be sent.
    settings: { tiny: { RV32_STACK_BYTES: 3072, RV32_RECEIVE_BUFFERS: 2, RV32_TRANSMIT_BUFFERS: 1 } },
    aot: { target: 'rv32imc', options: ['--xip', '--unaligned'] },
  },
  xtensa: {
    name: 'xtensa',
    summary: 'bare metal on an Xtensa machine of QEMU, with the Ethernet controller that emulators of the ESP32 have',
    project: 'xtensa/firmware',
    toolchain: 'xtensa/toolchain.cmake',
    program: 'firmshake-xtensa.elf',
    tools: ['cmake', 'ninja', 'xtensa-lx106-elf-gcc'],
    poolBytes: { interp: 112 * 1024, aot: 7 * 1024 },
    stackBytes: { interp: 4096, aot: 256 },
    settings: { tiny: { XTENSA_STACK_BYTES: 3072, XTENSA_RECEIVE_BUFFERS: 2, XTENSA_TRANSMIT_BUFFERS: 1 } },
    aot: { target: 'xtensa', options: ['--xip'] },
  },
};
