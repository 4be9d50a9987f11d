/** A `navigator.serial` in Chromium whose one port is a fake board's, here. */
import type { Page } from 'playwright-core';
import type { FakeSerialPort } from '../fake/web-serial.js';

type Signals = Parameters<FakeSerialPort['setSignals']>[0];

/** What the page calls here, and what is called there. */
interface Far {
  boardOpen(baudRate: number): Promise<void>;
  boardWrite(bytes: number[]): Promise<void>;
  boardSignals(signals: Signals): Promise<void>;
  boardClose(): Promise<void>;
  boardSays: (bytes: number[]) => void;
  boardLost: () => void;
}

/** Before the page's own scripts. `isChosen`: whoever is asked for a port chooses it. */
export async function bridge(page: Page, port: FakeSerialPort, isChosen = true): Promise<void> {
  let queue = Promise.resolve();
  /** In order, and never waited for: the page may be gone. */
  const tell = (what: () => Promise<unknown>): void => {
    queue = queue.then(what).then(
      () => undefined,
      () => undefined,
    );
  };
  const follow = async (): Promise<void> => {
    const reader = port.readable?.getReader();
    try {
      for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
        const bytes = [...next.value];
        tell(() => page.evaluate((said) => (globalThis as unknown as Far).boardSays(said), bytes));
      }
    } catch {
      tell(() => page.evaluate(() => (globalThis as unknown as Far).boardLost()));
    } finally {
      reader?.releaseLock();
    }
  };
  let following = Promise.resolve();
  await page.exposeFunction('boardOpen', async (baudRate: number) => {
    await port.open({ baudRate });
    following = follow();
  });
  await page.exposeFunction('boardWrite', async (bytes: number[]) => {
    const writer = port.writable?.getWriter();
    await writer?.write(Uint8Array.from(bytes));
    writer?.releaseLock();
  });
  await page.exposeFunction('boardSignals', (signals: Signals) => port.setSignals(signals));
  await page.exposeFunction('boardClose', async () => {
    port.endReading();
    await following;
    await port.close();
  });
  await page.addInitScript(inPage, isChosen);
}

/** Runs in the page. As Chrome does it: DOMExceptions, streams that break when the device is gone, an event. */
function inPage(isChosen: boolean): void {
  const far = globalThis as unknown as Far;
  const lost = (): DOMException => new DOMException('The device has been lost.', 'NetworkError');
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const port = Object.assign(new EventTarget(), {
    readable: null as ReadableStream<Uint8Array> | null,
    writable: null as WritableStream<Uint8Array> | null,
    getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
    async open({ baudRate }: { baudRate: number }) {
      if (port.readable !== null) throw new DOMException('The port is already open.', 'InvalidStateError');
      await far.boardOpen(baudRate).catch(() => {
        throw new DOMException('Failed to open serial port.', 'NetworkError');
      });
      port.readable = new ReadableStream({
        start: (made) => {
          controller = made;
        },
        cancel: () => {
          controller = undefined;
        },
      });
      port.writable = new WritableStream({
        write: (bytes) =>
          far.boardWrite([...bytes]).catch(() => {
            throw lost();
          }),
      });
    },
    async close() {
      if (port.readable?.locked === true) throw new DOMException('The stream is locked.', 'InvalidStateError');
      port.readable = port.writable = null;
      controller = undefined;
      await far.boardClose();
    },
    setSignals: (signals: Signals) =>
      far.boardSignals(signals).catch(() => {
        throw lost();
      }),
  });
  far.boardSays = (bytes) => controller?.enqueue(Uint8Array.from(bytes));
  const serial = Object.assign(new EventTarget(), {
    requestPort: () =>
      isChosen ? Promise.resolve(port) : Promise.reject(new DOMException('No port selected.', 'NotFoundError')),
    getPorts: () => Promise.resolve([]),
  });
  far.boardLost = () => {
    controller?.error(lost());
    controller = undefined;
    port.readable = null;
    // It bubbles up to where the page listens.
    serial.dispatchEvent(Object.defineProperty(new Event('disconnect'), 'target', { value: port }));
  };
  Object.defineProperty(navigator, 'serial', { value: serial, configurable: true });
}
