/** The `--name=value` lines at the head of a script. */
import { parseAddress } from '../core/index.js';
import type { Script } from './ast.js';
import { ScriptError } from './errors.js';

export interface Settings {
  local: string;
  remote: string;
  /** How much earlier or later than it is written something may be. packetdrill's own default is the same. */
  toleranceMs: number;
}

const DEFAULTS: Settings = { local: '192.168.0.1', remote: '192.0.2.1', toleranceMs: 4 };

const OPTIONS: Readonly<Record<string, (settings: Settings, value: string) => void>> = {
  local_ip: (settings, value) => void (settings.local = address(value)),
  remote_ip: (settings, value) => void (settings.remote = address(value)),
  tolerance_usecs: (settings, value) => void (settings.toleranceMs = whole(value) / 1000),
  // As it is here in any case.
  ip_version: (_, value) => demand(value === 'ipv4', 'ipv4 is all that there is'),
  mtu: (_, value) => demand(value === '1500', 'the MTU is 1500'),
  gateway_ip: (_, value) => void address(value),
  netmask_ip: () => undefined,
};

/** @throws ScriptError */
export function settingsOf({ options }: Script, name: string): Settings {
  const settings = { ...DEFAULTS };
  for (const { place, name: option, value } of options) {
    const where = `${name}:${place.line}:${place.column}: --${option}`;
    const set = OPTIONS[option];
    if (set === undefined) throw new ScriptError(`${where}: allowed are ${Object.keys(OPTIONS).join(', ')}`);
    try {
      set(settings, value);
    } catch (error) {
      throw new ScriptError(`${where}: ${(error as Error).message}`, { cause: error });
    }
  }
  return settings;
}

function address(text: string): string {
  parseAddress(text);
  return text;
}

function whole(text: string): number {
  demand(/^\d+$/.test(text), 'a whole number is wanted');
  return Number(text);
}

function demand(isRight: boolean, message: string): void {
  if (!isRight) throw new ScriptError(message);
}
