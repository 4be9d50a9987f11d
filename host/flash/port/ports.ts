/** The serial ports of this machine that can have a board: those on USB. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { bindings, NodePort, type UsbIds } from './node-port.js';

export interface PortInfo extends UsbIds {
  readonly path: string;
  /** What the USB device calls itself. */
  readonly name?: string;
}

const SYS_TTY = '/sys/class/tty';
/** From a tty up to its USB device there are at most so many folders. */
const LEVELS = 5;

export async function listPorts(): Promise<PortInfo[]> {
  return process.platform === 'linux' ? await linuxPorts(SYS_TTY) : await otherPorts();
}

/** From sysfs: the native part asks `udevadm`, which containers do not have. */
export async function linuxPorts(folder: string): Promise<PortInfo[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.sort().map((name) => linuxPort(folder, name)));
  return found.filter((port) => port !== undefined);
}

async function linuxPort(folder: string, name: string): Promise<PortInfo | undefined> {
  let at = await realpath(path.join(folder, name, 'device')).catch(() => undefined);
  for (let level = 0; at !== undefined && level < LEVELS; level++, at = path.dirname(at)) {
    const [vendor, product, title] = await Promise.all(
      ['idVendor', 'idProduct', 'product'].map((file) => text(at, file)),
    );
    if (vendor === undefined || product === undefined) continue;
    const ids = { usbVendorId: parseInt(vendor, 16), usbProductId: parseInt(product, 16) };
    return { path: `/dev/${name}`, ...ids, ...(title === undefined ? {} : { name: title }) };
  }
  return undefined;
}

async function text(folder: string | undefined, file: string): Promise<string | undefined> {
  return (await readFile(path.join(folder ?? '', file), 'utf8').catch(() => undefined))?.trim();
}

async function otherPorts(): Promise<PortInfo[]> {
  const ports = await (await bindings()).list();
  return ports.flatMap(({ path, vendorId, productId, manufacturer }) => {
    if (vendorId === undefined || productId === undefined) return [];
    const ids = { usbVendorId: parseInt(vendorId, 16), usbProductId: parseInt(productId, 16) };
    return [{ path, ...ids, ...(manufacturer === undefined ? {} : { name: manufacturer }) }];
  });
}

/** A port by its path, or a link to it (/dev/serial/by-id); one that the list does not have may be there all the same. */
export async function portAt(path: string, ports: readonly PortInfo[]): Promise<NodePort> {
  const real = await realpath(path).catch(() => path);
  const { usbVendorId, usbProductId } = ports.find((port) => port.path === real) ?? {};
  const known = usbVendorId !== undefined && usbProductId !== undefined;
  return new NodePort(path, known ? { usbVendorId, usbProductId } : {});
}
