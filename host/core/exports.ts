import { CoreError } from './errors.js';

/** The version of the exports that this host speaks. */
export const ABI = 1;

/** The calls of ABI 1 and how many arguments each takes. All are numbers of 32 bits; `now` always is the last. */
const CALLS = {
  abi: 0,
  config: 0,
  boot: 1,
  rx_frame: 0,
  tx_frame: 0,
  receive: 2,
  transmit: 1,
  next_deadline: 1,
  expire: 1,
  pending: 0,
  listen: 2,
  accept: 1,
  connect: 4,
  state: 1,
  failure: 1,
  local_port: 1,
  remote_address: 1,
  remote_port: 1,
  send_space: 1,
  send_at: 1,
  send: 2,
  received: 1,
  received_at: 1,
  consume: 2,
  set_option: 4,
  shutdown: 1,
  close: 2,
  abort: 1,
  next_event: 0,
  statistics: 0,
} as const;

export type CallName = keyof typeof CALLS;
export const CALL_NAMES = Object.keys(CALLS) as CallName[];

/** How many arguments each call takes: for whoever tries them all. */
export const ARGUMENTS: Readonly<Record<CallName, number>> = CALLS;

/** A module's exports as they are: numbers in, numbers out. `Core` is the same for people. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  /** Where what the module uses of its memory ends. */
  readonly heapBase: number;
  abi(): number;
  config(): number;
  boot(now: number): number;
  rx_frame(): number;
  tx_frame(): number;
  receive(length: number, now: number): number;
  transmit(now: number): number;
  next_deadline(now: number): number;
  expire(now: number): number;
  pending(): number;
  listen(port: number, backlog: number): number;
  accept(listener: number): number;
  connect(address: number, port: number, timeoutMs: number, now: number): number;
  state(handle: number): number;
  failure(handle: number): number;
  local_port(handle: number): number;
  remote_address(handle: number): number;
  remote_port(handle: number): number;
  send_space(handle: number): number;
  send_at(handle: number): number;
  send(handle: number, length: number): number;
  received(handle: number): number;
  received_at(handle: number): number;
  consume(handle: number, length: number): number;
  set_option(handle: number, option: number, value: number, now: number): number;
  shutdown(handle: number): number;
  close(handle: number, now: number): number;
  abort(handle: number): number;
  next_event(): number;
  statistics(): number;
}

/**
 * Makes an instance of a module and checks that it is a core of this ABI.
 * @throws CoreError CORE_HAS_IMPORTS, CORE_LACKS_EXPORT, CORE_WRONG_ABI
 */
export function instantiate(module: WebAssembly.Module): CoreExports {
  const imports = WebAssembly.Module.imports(module);
  if (imports.length > 0) {
    const names = imports.map(({ module: from, name }) => `${from}.${name}`).join(', ');
    throw new CoreError('CORE_HAS_IMPORTS', 0, `a core imports nothing, this module does: ${names}`);
  }
  const { exports } = new WebAssembly.Instance(module);
  const calls = Object.fromEntries(CALL_NAMES.map((name) => [name, callable(exports, name)]));
  const { memory, __heap_base: heapBase } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw lacks('memory');
  if (!(heapBase instanceof WebAssembly.Global) || typeof heapBase.value !== 'number') throw lacks('__heap_base');
  const core = { ...calls, memory, heapBase: heapBase.value } as unknown as CoreExports;
  const abi = core.abi();
  if (abi !== ABI) throw new CoreError('CORE_WRONG_ABI', 0, `this host speaks ABI ${ABI}, the module ABI ${abi}`);
  return core;
}

function callable(exports: Record<string, unknown>, name: CallName): unknown {
  const call = exports[name];
  // A call with other arguments than these would silently get zeros for them.
  if (typeof call !== 'function' || call.length !== CALLS[name]) throw lacks(`${name} with ${CALLS[name]} arguments`);
  return call;
}

function lacks(what: string): CoreError {
  return new CoreError('CORE_LACKS_EXPORT', 0, `the module does not export ${what}`);
}
