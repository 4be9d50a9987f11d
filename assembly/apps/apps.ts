import { APPS } from '../profile';
import { EventKind, nextLinkedEvent } from '../pool/lists/events';
import { close } from '../tcp/calls/close';
import { accept, listenLinked } from '../tcp/calls/listen';
import { localPort } from '../tcp/calls/status';
import { discard } from './discard';
import { echo } from './echo';
import { acceptStatus, beginStatus, makeRoom, serveStatus } from './status/serve';

/**
 * The apps that are linked into a firmware, and how a firmware uses the core: it listens, and whenever something has
 * happened it looks what there is to do. They use the calls only, as any app does.
 */

/** The values of PROFILE_APPS, which is a sum of them. */
const ECHO: u32 = 1;
const DISCARD: u32 = 2;
const STATUS: u32 = 4;

/** RFC 862, RFC 863, RFC 9110 §4.2.1. */
const ECHO_PORT: i32 = 7;
const DISCARD_PORT: i32 = 9;
const STATUS_PORT: i32 = 80;

/** After `boot`. */
export function startApps(now: u32): void {
  if (APPS & ECHO) listenLinked(ECHO_PORT);
  if (APPS & DISCARD) listenLinked(DISCARD_PORT);
  if (APPS & STATUS) {
    listenLinked(STATUS_PORT);
    beginStatus(now);
  }
}

/** After each frame and each deadline, and before each transmission: lets the apps do what there is to do. */
export function runApps(now: u32): void {
  let event = nextLinkedEvent();
  // Every round takes one off the queue; what an app does adds none, but a listener where it makes room.
  while (event !== null) {
    const handle = event.handle;
    if (event.kinds & EventKind.ACCEPTABLE) acceptAll(handle, now);
    else if (event.kinds & (EventKind.CLOSED | EventKind.FAILED)) close(handle, now);
    else serve(handle, now);
    event = nextLinkedEvent();
  }
}

/** Each has its turn at once: it may have sent something already. */
function acceptAll(listener: i32, now: u32): void {
  let handle = accept(listener);
  // Every round takes one off the listener's queue.
  while (handle > 0) {
    if (APPS & STATUS && localPort(handle) == STATUS_PORT) acceptStatus(handle, now);
    serve(handle, now);
    handle = accept(listener);
  }
  if (APPS & STATUS) makeRoom(now);
}

function serve(handle: i32, now: u32): void {
  const port = localPort(handle);
  if (APPS & ECHO && port == ECHO_PORT) echo(handle, now);
  if (APPS & DISCARD && port == DISCARD_PORT) discard(handle, now);
  if (APPS & STATUS && port == STATUS_PORT) serveStatus(handle, now);
}
