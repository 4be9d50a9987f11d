/** A board at a port of Web Serial, in this process. */
import type { SerialDevice } from '../../../host/flash/port/serial.js';
import type { Board } from './board.js';

export class FakeSerialPort implements SerialDevice {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  baudRate = 0;
  opened = 0;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** How often something was written to a port that is gone. */
  vain = 0;
  private isGone = false;

  constructor(readonly board: Board) {
    board.send = (bytes) => {
      // At another speed than the chip's nothing can be understood.
      const isHeard = this.board.isInDownload ? this.baudRate === this.board.loader.baudRate : true;
      this.controller?.enqueue(isHeard ? bytes : new Uint8Array(bytes.length).fill(0xf8));
    };
  }

  getInfo(): { usbVendorId: number; usbProductId: number } {
    return { usbVendorId: 0x10c4, usbProductId: 0xea60 };
  }

  open({ baudRate }: { baudRate: number }): Promise<void> {
    if (this.readable !== null) return Promise.reject(new DOMException('it is open', 'InvalidStateError'));
    if (this.isGone) return Promise.reject(new DOMException('it is gone', 'NetworkError'));
    this.baudRate = baudRate;
    this.opened++;
    this.readable = new ReadableStream({
      start: (controller) => void (this.controller = controller),
      cancel: () => void (this.controller = undefined),
    });
    this.writable = new WritableStream({
      write: (bytes) => {
        if (this.isGone) this.vain++;
        if (this.isGone) throw lost();
        if (!this.board.isInDownload || this.baudRate === this.board.loader.baudRate) this.board.receive(bytes);
      },
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.readable?.locked === true) return Promise.reject(new DOMException('locked', 'InvalidStateError'));
    this.readable = this.writable = null;
    this.controller = undefined;
    return Promise.resolve();
  }

  setSignals({ dataTerminalReady: dtr, requestToSend: rts }: Parameters<SerialDevice['setSignals']>[0]): Promise<void> {
    if (this.isGone) return Promise.reject(lost());
    this.board.lines({ dtr, rts });
    return Promise.resolve();
  }

  /** Whoever reads it elsewhere (page/bridge.ts) reads its end. */
  endReading(): void {
    this.controller?.close();
    this.controller = undefined;
  }

  /** Someone pulls the cable. */
  pull(): void {
    this.isGone = true;
    this.controller?.error(lost());
    this.controller = undefined;
  }
}

function lost(): DOMException {
  return new DOMException('The device has been lost.', 'NetworkError');
}
