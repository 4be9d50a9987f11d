/** A serial port as Web Serial has it: what Chrome gives, and what node-port.ts makes of one of this machine. */
export interface SerialDevice {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { baudRate: number }): Promise<void>;
  close(): Promise<void>;
  setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean; break?: boolean }): Promise<void>;
  getInfo(): { usbVendorId?: number | undefined; usbProductId?: number | undefined };
  /** Without closing it. Chrome has no such call. */
  setBaudRate?(baudRate: number): Promise<void>;
  /** False: it has no RTS and DTR, so nothing can reset the board from here. */
  readonly hasLines?: boolean;
}

/** What a read of it can end with, and go on: a character was lost, the port is still there. */
const PASSING = ['BufferOverrunError', 'BreakError', 'FramingError', 'ParityError'];

export function isPassing(error: unknown): boolean {
  return error instanceof Error && PASSING.includes(error.name);
}

/** What a loader is asked for once it has answered: as idf.py does. */
export const DEFAULT_BAUD = 460_800;
