import { NO_FAULTS, type End } from '../../lan/index.js';
import { ARGUMENTS, CALL_NAMES, type CallName } from '../../core/exports.js';
import { callByName } from '../call.js';
import { garbled, strangeFrames, strangersSyn, unreachableFrame } from './frames.js';
import { forged, openedAnew } from './stranger.js';
import { FAR, HERE, NOBODY, PORT, type World } from './world.js';

/** What can happen in the world, and how often: the sum of all is a deck. */
export type Act = (world: World) => void;

/** Ports of the linked apps, the port of the hosts' own, and one on which nobody listens. */
const PORTS = [7, 9, 80, PORT, PORT, 4];
/** Most connections that are opened only to be closed. */
const MOST_SHORT = 120;
/** What is further away than this is not in the clock's future, but in its past. */
const HALF_CLOCK_MS = 2 ** 31;

export const ACTS: readonly (readonly [Act, number])[] = [
  [passTime, 30],
  [(w) => w.app.act(), 20],
  [(w) => w.peer().act(), 20],
  [(w) => w.app.connect(w.peer().host.address, port(w)), 6],
  [(w) => w.peer().connect(HERE.address, port(w)), 10],
  [(w) => w.app.end(), 5],
  [(w) => w.peer().end(), 5],
  [tidyUp, 4],
  [sayOneStrangeThing, 4],
  [sayAllStrangeThings, 1],
  [repeatWhatCame, 3],
  [garbleWhatCame, 5],
  [forge, 14],
  [tellUnreachable, 2],
  [transfer, 2],
  [breakIn, 2],
  [flood, 1],
  [crowd, 1],
  [changeFaults, 2],
  [cutOff, 1],
  [connectInVain, 2],
  [askEverything, 2],
  [leaveAnswers, 2],
  [(w) => w.lan.for(1_000 + w.random.below(9_000)), 3],
  [(w) => w.lan.for(70_000), 1],
  [(w) => w.reboot(w.peer()), 1],
];

/** What would spoil the rest if it were done often. */
export const RARE_ACTS: readonly Act[] = [(w): void => w.reboot(w.app), churn, sleepLong];

function port(world: World): number {
  return PORTS[world.random.below(PORTS.length)] ?? PORT;
}

function passTime(world: World): void {
  world.lan.for(1 + world.random.below(40));
}

function tidyUp(world: World): void {
  for (const app of world.apps) app.tidy();
}

/** The stranger, whom the host may know, or one whom it does not. */
function somebody({ random, stranger }: World): End {
  const number = 100 + random.below(100);
  return random.chance(0.5) ? stranger : { address: `10.73.0.${number}`, mac: `02:00:0a:49:00:${number.toString(16)}` };
}

function sayOneStrangeThing(world: World): void {
  const frames = strangeFrames(somebody(world), world.random);
  world.put(frames[world.random.below(frames.length)] ?? new Uint8Array());
}

function sayAllStrangeThings(world: World): void {
  for (const frame of strangeFrames(somebody(world), world.random)) world.put(frame);
}

function repeatWhatCame(world: World): void {
  const frame = world.came.any(world.random);
  if (frame !== undefined) world.put(frame);
}

function garbleWhatCame(world: World): void {
  const frame = world.came.any(world.random);
  if (frame !== undefined) world.put(garbled(frame, world.random));
}

function forge(world: World): void {
  const frame = world.came.any(world.random);
  const lie = frame === undefined ? undefined : forged(frame, world.random);
  if (lie !== undefined) world.put(lie);
}

function openAnew(world: World): void {
  const frame = world.came.any(world.random);
  const syn = frame === undefined ? undefined : openedAnew(frame);
  if (syn !== undefined) world.put(syn);
}

/** Of codes 0 to 4 two are hard errors, and the last is about the size of packets. */
function tellUnreachable(world: World): void {
  const sent = world.went.any(world.random);
  if (sent !== undefined) world.put(unreachableFrame(world.stranger, world.random.below(5), sent));
}

/** More SYNs than there are entries for: the rest gets cookies, and some strangers come back with theirs. */
function flood(world: World): void {
  const { capacity } = world.here.core.pools().HALF_OPEN;
  const first = world.random.below(1 << 16);
  for (let i = 0; i < capacity + 12; i++) {
    world.put(strangersSyn(world.stranger, first + i, PORT));
    if (i % 8 === 7) world.lan.for(3);
  }
  passTime(world);
}

/** In order for once: there is room, everybody reads, and rings go round. Then the host has heard enough. */
function transfer(world: World): void {
  inOrder(world, () => {
    for (let round = 0; round < 30; round++) goOn(world);
    if (world.random.chance(0.5)) world.app.endAll();
    for (let round = 0; round < 5; round++) goOn(world);
  });
}

/** The same, with somebody who wants to break in. */
function breakIn(world: World): void {
  inOrder(world, () => {
    for (let round = 0; round < 15; round++) {
      goOn(world);
      forge(world);
    }
  });
}

function goOn({ apps, lan }: World): void {
  for (const app of apps) app.writeAll();
  lan.for(3);
}

/** One short connection after the other, each of which the host closes: more than can be remembered, in most profiles. */
function churn(world: World): void {
  inOrder(world, () => {
    for (const peer of world.peers) peer.greets = false;
    const { capacity } = world.here.core.pools().TIME_WAIT;
    for (let i = 0; i < Math.min(capacity + 40, MOST_SHORT); i++) {
      world.peer().connect(HERE.address, PORT);
      world.lan.for(4);
      world.app.closeAll();
      world.lan.for(4);
      for (const peer of world.peers) peer.closeAll();
      world.lan.for(4);
    }
    for (const peer of world.peers) peer.greets = true;
    for (let i = 0; i < 10; i++) {
      forge(world);
      openAnew(world);
    }
  });
}

/** No faults, everybody reads what comes, and each of the cores has a new connection to another. */
function inOrder(world: World, what: () => void): void {
  const { lan, apps } = world;
  const before = { ...lan.faults };
  const recklessness = apps.map((app) => app.recklessness);
  lan.faults = NO_FAULTS;
  for (const app of apps) app.recklessness = 0;
  tidyUp(world);
  for (const app of apps) app.endAll();
  lan.for(100);
  world.app.connect(world.peer().host.address, PORT);
  for (const peer of world.peers) peer.connect(HERE.address, PORT);
  what();
  lan.faults = before;
  apps.forEach((app, i) => (app.recklessness = recklessness[i] ?? 0));
}

/** More connections than the backlog has room for, and nobody accepts. */
function crowd(world: World): void {
  const { recklessness } = world.app;
  world.app.recklessness = 1;
  for (let i = 0; i < 5; i++) world.peer().connect(HERE.address, PORT);
  world.lan.for(30);
  world.app.recklessness = recklessness;
}

function changeFaults(world: World): void {
  const { random, lan } = world;
  const upTo = (most: number): number => (random.chance(0.4) ? 0 : random.below(100) * (most / 100));
  lan.faults = {
    loss: upTo(0.2),
    duplication: upTo(0.2),
    reordering: upTo(0.3),
    delayMs: 1 + random.below(300),
    corruption: upTo(0.1),
  };
  for (const app of world.apps) app.recklessness = upTo(0.6);
}

/** Nobody hears anybody for a while. */
function cutOff(world: World): void {
  const before = { ...world.lan.faults };
  world.lan.faults = { loss: 1 };
  world.app.act();
  world.lan.for(world.random.below(120_000));
  world.lan.faults = before;
}

function connectInVain(world: World): void {
  world.app.connect(NOBODY, PORT, 3_000);
  world.app.connect(FAR, PORT, 5_000);
  world.app.connect(HERE.address, PORT);
  world.app.connect('10.73.0.255', PORT);
  world.app.connect('0.0.0.0', PORT);
  passTime(world);
}

/** Each export with handles that are good, stale or made up, and with any numbers. */
function askEverything(world: World): void {
  // Who asks for the deadline has to set the timer to it, and who boots writes who he is: both are done elsewhere.
  for (const name of CALL_NAMES) if (name !== 'next_deadline' && name !== 'boot') ask(world, name);
  world.here.settle();
}

function ask(world: World, name: CallName): void {
  const { exports } = world.here.core;
  const args = Array.from({ length: ARGUMENTS[name] }, (_, i) => (i === 0 ? anyHandle(world) : anyNumber(world)));
  if (TAKES_NOW.has(name)) args[args.length - 1] = world.lan.now;
  const result = callByName(exports, name, args);
  // What it made is not left behind: there are few.
  if ((name === 'listen' || name === 'connect') && result > 0) exports.close(result, world.lan.now);
  if (name === 'accept' && result > 0) exports.abort(result);
}

const TAKES_NOW: ReadonlySet<CallName> = new Set(['receive', 'transmit', 'expire', 'connect', 'set_option', 'close']);

function anyHandle({ random, app }: World): number {
  const held = [...app.connections, ...app.listeners];
  return random.chance(0.7) ? (held[random.below(held.length)] ?? 0) : random.u32();
}

function anyNumber({ random }: World): number {
  return random.chance(0.7) ? random.below(100) : random.u32();
}

/** Frames come faster than answers are fetched: those are lost. */
function leaveAnswers(world: World): void {
  for (let i = 0; i < 4; i++) {
    const frame = world.came.any(world.random);
    if (frame === undefined) return;
    world.frames++;
    world.here.core.receiveRaw(frame, world.lan.now);
  }
  world.here.settle();
}

/** For weeks: until shortly before the clock wraps, or its numbers become negative ones. */
function sleepLong({ apps, lan }: World): void {
  for (const app of apps) app.endAll();
  lan.for(HALF_CLOCK_MS - (lan.now % HALF_CLOCK_MS) - 3_000);
}
