import type { SerialDevice } from './serial.js';

/** Long enough for the capacitor at a chip's EN pin. */
const RESET_MS = 100;

/** Restarts a board into its app: RTS alone is the chip's reset, DTR alone its download mode. */
export async function restart(port: Pick<SerialDevice, 'setSignals'>): Promise<void> {
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await new Promise((resolve) => setTimeout(resolve, RESET_MS));
  await port.setSignals({ dataTerminalReady: false, requestToSend: false });
}
