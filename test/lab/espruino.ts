/**
 * A fake Espruino: an interpreter behind a Nordic UART (there is no such board here). Its sockets are a core's on a simulated LAN,
 * where another core with the apps is the board that is tried.
 */
import { loadModule } from '../../host/core/file.js';
import { interpreter, type ShimOptions } from '../../host/bench/shim.js';
import { Lan } from '../../host/lan/index.js';
import { simulatedBoard } from '../../host/net/index.js';

export const BOARD = '10.0.0.2';
/** Virtual time passes with the real one. */
const TICK_MS = 5;
/** What a notification of Web Bluetooth brings at most. */
const PACKET_BYTES = 20;

const apps = loadModule(new URL('../../build/lan-apps.wasm', import.meta.url));
const plain = loadModule(new URL('../../build/lan.wasm', import.meta.url));

/** A LAN on which a board serves, and the sockets of another host of it. */
export async function trialLan(): Promise<{ sockets: ShimOptions; end: () => void }> {
  const lan = new Lan({ seed: 1 });
  lan.host('board', await apps, { address: BOARD });
  const peer = simulatedBoard(lan, lan.host('peer', await plain, { address: '10.0.0.3' }));
  const timer = setInterval(() => lan.for(TICK_MS), TICK_MS);
  const sockets: ShimOptions = {
    connect: (host, port, connected) => peer.connect({ host, port }, connected),
    listen: (port, accepted) => {
      const server = peer.createServer({}, (socket) => accepted(socket)).listen(port);
      return () => void server.close();
    },
  };
  return { sockets, end: () => clearInterval(timer) };
}

/** What a device can do wrong. */
export interface Manners {
  /** What `require("Wifi").getIP().ip` gives. */
  address?: string;
  /** It says this, and nothing else, to whatever it is asked from the so manieth line on. */
  garbage?: { text: string; fromLine: number };
  /** It is switched off at the so manieth line. */
  goneAtLine?: number;
}

/** The device's side of the UART: lines in, packets out. */
export class FakeEspruino {
  private line = '';
  private lines = 0;
  private depth = 0;
  private pending = '';
  private readonly evaluate: (text: string) => unknown;

  constructor(
    sockets: ShimOptions,
    private readonly notify: (text: string) => void,
    private readonly vanish: () => void,
    private readonly manners: Manners = {},
  ) {
    this.evaluate = interpreter(sockets);
    const ip = JSON.stringify(manners.address ?? '10.0.0.3');
    this.evaluate(`var process = {env: {CONSOLE: "Bluetooth", BOARD: "ESP32"}}, Bluetooth = {println: null};
      var netOnly = require; require = function (name) { return name === "Wifi" ? {getIP: function () { return {ip: ${ip}}; }} : netOnly(name); };`);
    (this.evaluate('Bluetooth') as { println: (text: string) => void }).println = (text) => this.print(`${text}\r\n`);
  }

  write(text: string): void {
    for (const character of text) {
      if (character === '\n') this.enter();
      else this.line += character;
    }
  }

  private enter(): void {
    const isQuiet = this.line.startsWith('\x10');
    const text = isQuiet ? this.line.slice(1) : this.line;
    this.line = '';
    this.lines++;
    if (this.lines === this.manners.goneAtLine) {
      this.vanish();
      return;
    }
    const { garbage } = this.manners;
    if (garbage !== undefined && this.lines >= garbage.fromLine) {
      this.print(`${garbage.text}\r\n`);
      return;
    }
    if (!isQuiet) this.print(`${text}\r\n`);
    this.understand(text);
    if (!isQuiet) this.print(this.pending === '' ? '>' : ':');
  }

  /** A statement can go over many lines. */
  private understand(text: string): void {
    this.pending += `${text}\n`;
    this.depth += (text.match(/[{([]/g)?.length ?? 0) - (text.match(/[})\]]/g)?.length ?? 0);
    if (this.depth > 0) return;
    const statement = this.pending;
    this.pending = '';
    this.depth = 0;
    try {
      this.evaluate(statement);
    } catch (error) {
      this.print(`Uncaught ${String(error)}\r\n`);
    }
  }

  private print(text: string): void {
    for (let at = 0; at < text.length; at += PACKET_BYTES) this.notify(text.slice(at, at + PACKET_BYTES));
  }
}

/** `navigator.bluetooth` of a page: it hands what is written to `fakeWrite`, and notifies what `fakeNotify` is called with. */
export const BLUETOOTH = `(() => {
  const UART = '6e400001-b5a3-f393-e0a9-e50e24dcca9e';
  const device = new EventTarget();
  device.name = 'Espruino fake';
  device.id = 'fake';
  let notifications, isConnected = false;
  const latin1 = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  device.gatt = {
    connect: async () => { isConnected = true; return { getPrimaryService: async (uuid) => service(uuid), disconnect: gone }; },
    disconnect: gone,
  };
  function gone() {
    if (!isConnected) return;
    isConnected = false;
    device.dispatchEvent(new Event('gattserverdisconnected'));
  }
  function service(uuid) {
    if (uuid !== UART) throw new DOMException('no such service', 'NotFoundError');
    return { getCharacteristic: async (which) => which.startsWith('6e400002') ? tx : rx() };
  }
  const tx = { writeValue: async (bytes) => {
    if (!isConnected) throw new DOMException('GATT Server is disconnected.', 'NetworkError');
    const view = new Uint8Array(bytes.buffer ?? bytes);
    await window.fakeWrite(String.fromCharCode(...view));
  } };
  function rx() {
    notifications = new EventTarget();
    notifications.startNotifications = async () => notifications;
    return notifications;
  }
  window.fakeNotify = (text) => {
    if (!isConnected) return;
    notifications.value = new DataView(latin1(text).buffer);
    notifications.dispatchEvent(new Event('characteristicvaluechanged'));
  };
  window.fakeGone = gone;
  Object.defineProperty(navigator, 'bluetooth', { value: { requestDevice: async () => device } });
})();`;
