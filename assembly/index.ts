/** The exports, and nothing else. They are ABI 1: ARCHITECTURE.md has the table. */
import { runApps, startApps } from './apps/apps';
import { boot as bootNow } from './core/boot';
import { expireAll, nextDeadline } from './core/deadline';
import { pending as pendingNow } from './core/pending';
import { receive as receiveFrame, resultOf } from './core/receive';
import { transmit as transmitFrame } from './core/transmit';
import { BOOT_RECORD, RX_FRAME, STATISTICS, TX_FRAME } from './memory';
import { APPS } from './profile';
import { nextEvent } from './pool/lists/events';
import * as closing from './tcp/calls/close';
import * as connecting from './tcp/calls/connect';
import * as listening from './tcp/calls/listen';
import * as options from './tcp/calls/option';
import * as receiving from './tcp/calls/receive';
import * as sending from './tcp/calls/send';
import * as status from './tcp/calls/status';

/** Constants of the linker: with them WAMR gives the module just the memory it uses. */
export { __data_end, __heap_base };

export function abi(): u32 {
  return 1;
}

export function config(): usize {
  return BOOT_RECORD;
}

export function boot(now: u32): i32 {
  const result = bootNow();
  if (APPS != 0 && result == 0) startApps(now);
  return result;
}

export function rx_frame(): usize {
  return RX_FRAME;
}

export function tx_frame(): usize {
  return TX_FRAME;
}

export function receive(length: u32, now: u32): i32 {
  const reason = receiveFrame(length, now);
  if (APPS != 0) runApps(now);
  return resultOf(reason);
}

export function transmit(now: u32): u32 {
  if (APPS != 0) runApps(now);
  return transmitFrame(now);
}

export function next_deadline(now: u32): i32 {
  return nextDeadline(now);
}

export function expire(now: u32): i32 {
  expireAll(now);
  if (APPS != 0) runApps(now);
  return pendingNow();
}

export function pending(): i32 {
  return pendingNow();
}

export function listen(port: u32, backlog: i32): i32 {
  return listening.listen(port, backlog);
}

export function accept(listener: i32): i32 {
  return listening.accept(listener);
}

export function connect(address: u32, port: u32, timeoutMs: u32, now: u32): i32 {
  return connecting.connect(address, port, timeoutMs, now);
}

export function state(handle: i32): i32 {
  return status.state(handle);
}

export function failure(handle: i32): i32 {
  return status.failure(handle);
}

export function local_port(handle: i32): i32 {
  return status.localPort(handle);
}

export function remote_address(handle: i32): u32 {
  return status.remoteAddress(handle);
}

export function remote_port(handle: i32): i32 {
  return status.remotePort(handle);
}

export function send_space(handle: i32): i32 {
  return sending.sendSpace(handle);
}

export function send_at(handle: i32): usize {
  return sending.sendAt(handle);
}

export function send(handle: i32, length: u32): i32 {
  return sending.send(handle, length);
}

export function received(handle: i32): i32 {
  return receiving.received(handle);
}

export function received_at(handle: i32): usize {
  return receiving.receivedAt(handle);
}

export function consume(handle: i32, length: u32): i32 {
  return receiving.consume(handle, length);
}

export function set_option(handle: i32, option: i32, value: u32, now: u32): i32 {
  return options.setOption(handle, option, value, now);
}

export function shutdown(handle: i32): i32 {
  return closing.shutdown(handle);
}

export function close(handle: i32, now: u32): i32 {
  return closing.close(handle, now);
}

export function abort(handle: i32): i32 {
  return closing.abort(handle);
}

export function next_event(): usize {
  return changetype<usize>(nextEvent());
}

export function statistics(): usize {
  return STATISTICS;
}
