/** What each call of the language means. */
import type { Call, Value } from './ast.js';
import { ScriptError } from './errors.js';
import { DEFAULT_PORT, type Attempt, type Result, type Sockets } from './sockets.js';

/** A call as it is tried; and when it would return by itself. */
export interface Made {
  attempt: Attempt;
  /** ms, from when it began: poll's. */
  timeoutMs?: number;
}

/** @throws ScriptError: the core has no such thing */
export function callOf(sockets: Sockets, call: Call): Made {
  const make = CALLS[call.name];
  if (make === undefined) {
    throw new ScriptError(`no call ${call.name}; there are: ${Object.keys(CALLS).sort().join(', ')}`);
  }
  return make(sockets, new Args(call));
}

class Args {
  constructor(private readonly call: Call) {}

  private at(index: number): Value {
    const value = this.call.args[index];
    if (value === undefined) throw new ScriptError(`${this.call.name}: argument ${index + 1} is missing`);
    return value;
  }

  number(index: number): number {
    const value = this.at(index);
    if (value.kind === 'number') return value.value;
    throw new ScriptError(`${this.call.name}: argument ${index + 1} is to be a number`);
  }

  /** The number, or what stands for `...`. */
  numberOr(index: number, otherwise: number): number {
    return this.at(index).kind === 'any' ? otherwise : this.number(index);
  }

  names(index: number): string[] {
    const value = this.call.args[index];
    return value?.kind === 'names' ? value.names : [];
  }

  /** `[5]` or 5. */
  inList(index: number): Value {
    const value = this.at(index);
    const [first] = value.kind === 'list' ? value.items : [value];
    if (first === undefined) throw new ScriptError(`${this.call.name}: argument ${index + 1} is empty`);
    return first;
  }

  numberInList(index: number): number {
    const value = this.inList(index);
    if (value.kind === 'number') return value.value;
    throw new ScriptError(`${this.call.name}: argument ${index + 1} is to be a number in brackets`);
  }

  list(index: number): Value[] {
    const value = this.at(index);
    return value.kind === 'list' ? value.items : [];
  }

  /** The port of an address that is written out: `{sa_family=…, sin_port=htons(80), …}` is not; `...` is. */
  port(index: number): number {
    return this.numberOr(index, DEFAULT_PORT);
  }
}

const isNonBlocking = (names: readonly string[]): boolean =>
  names.includes('SOCK_NONBLOCK') || names.includes('O_NONBLOCK');

const CALLS: Readonly<Record<string, (sockets: Sockets, args: Args) => Made>> = {
  socket: (sockets, args) => {
    const kinds = args.names(1);
    if (!kinds.includes('SOCK_STREAM')) throw new ScriptError('socket: SOCK_STREAM is all that there is');
    return { attempt: sockets.socket(isNonBlocking(kinds)) };
  },
  bind: (sockets, args) => ({ attempt: sockets.bind(args.number(0), args.port(1)) }),
  listen: (sockets, args) => ({ attempt: sockets.listen(args.number(0), args.number(1)) }),
  accept: (sockets, args) => ({ attempt: sockets.accept(args.number(0), false) }),
  accept4: (sockets, args) => ({ attempt: sockets.accept(args.number(0), isNonBlocking(args.names(3))) }),
  connect: (sockets, args) => ({ attempt: sockets.connect(args.number(0), args.port(1)) }),
  read: (sockets, args) => ({ attempt: sockets.read(args.number(0), args.number(2)) }),
  recv: (sockets, args) => ({ attempt: sockets.read(args.number(0), args.number(2)) }),
  write: (sockets, args) => ({ attempt: sockets.write(args.number(0), args.number(2)) }),
  send: (sockets, args) => ({ attempt: sockets.write(args.number(0), args.number(2)) }),
  shutdown: (sockets, args) => {
    if (args.names(1).includes('SHUT_RD')) throw new ScriptError('shutdown: SHUT_RD is nothing that TCP could tell');
    return { attempt: sockets.shutdown(args.number(0)) };
  },
  close: (sockets, args) => ({ attempt: sockets.close(args.number(0)) }),
  fcntl: (sockets, args) => {
    const [command] = args.names(1);
    if (command === 'F_GETFL') return { attempt: sockets.flags(args.number(0)) };
    if (command !== 'F_SETFL') throw new ScriptError('fcntl: F_GETFL and F_SETFL are all that there is');
    return { attempt: sockets.setNonBlocking(args.number(0), isNonBlocking(args.names(2))) };
  },
  ioctl: (sockets, args) => {
    const wanted = args.numberInList(2);
    if (args.names(1)[0] !== 'SIOCINQ') throw new ScriptError('ioctl: SIOCINQ is all that there is');
    return { attempt: () => said(sockets.received(args.number(0)), wanted) };
  },
  setsockopt: (sockets, args) => ({ attempt: setOption(sockets, args) }),
  getsockopt: (sockets, args) => {
    if (args.names(2)[0] !== 'SO_ERROR') throw new ScriptError('getsockopt: SO_ERROR is all that there is');
    const wanted = args.inList(3);
    return {
      attempt: () => {
        const error = sockets.error(args.number(0)) ?? '0';
        const expected =
          wanted.kind === 'names' ? wanted.names[0] : wanted.kind === 'number' ? `${wanted.value}` : error;
        return error === expected ? { value: 0 } : { value: 0, errno: `SO_ERROR ${error}` };
      },
    };
  },
  poll: (sockets, args) => {
    const wanted = args.list(0).map(polled);
    const timeoutMs = args.number(2);
    const attempt = (): Result | undefined => {
      const found = wanted.map(({ fd, events }) => ready(sockets.events(fd), events));
      const count = found.filter(({ size }) => size > 0).length;
      if (count === 0) return undefined;
      const differs = wanted.findIndex(({ revents }, index) => revents !== undefined && !isSame(revents, found[index]));
      return differs < 0
        ? { value: count }
        : { value: count, errno: `revents ${[...(found[differs] ?? [])].join('|') || 0}` };
    };
    return { attempt, ...(timeoutMs < 0 ? {} : { timeoutMs }) };
  },
};

/** What is not said is what the call gave: an impossible errno says that it differs. */
function said(value: number, wanted: number): Result {
  return value === wanted ? { value: 0 } : { value: 0, errno: `[${value}]` };
}

function setOption(sockets: Sockets, args: Args): Attempt {
  const descriptor = args.number(0);
  const [name = ''] = args.names(2);
  switch (name) {
    // There is nothing in the core that these would change.
    case 'SO_REUSEADDR':
    case 'SO_REUSEPORT':
      return sockets.set(descriptor, {});
    case 'TCP_NODELAY':
      return sockets.set(descriptor, { noDelay: args.numberInList(3) !== 0 });
    case 'SO_KEEPALIVE':
      return sockets.set(descriptor, { keepsAlive: args.numberInList(3) !== 0 });
    case 'TCP_KEEPIDLE':
      return sockets.set(descriptor, { keepAliveSeconds: args.numberInList(3) });
    case 'TCP_USER_TIMEOUT':
      return sockets.set(descriptor, { userTimeoutMs: args.numberInList(3) });
    case 'SO_LINGER': {
      const linger = args.inList(3);
      const { l_onoff: on, l_linger: seconds } = linger.kind === 'fields' ? linger.fields : {};
      const isZero = seconds?.kind === 'number' && seconds.value === 0;
      if (on?.kind === 'number' && on.value !== 0 && !isZero)
        throw new ScriptError('SO_LINGER: 0 seconds are all that there is');
      return sockets.set(descriptor, { lingersNot: on?.kind === 'number' && on.value !== 0 });
    }
    default:
      throw new ScriptError(`setsockopt: the core has no ${name}`);
  }
}

interface Polled {
  fd: number;
  events: string[];
  revents: string[] | undefined;
}

function polled(value: Value): Polled {
  const fields = value.kind === 'fields' ? value.fields : {};
  const { fd, events, revents } = fields;
  if (fd?.kind !== 'number') throw new ScriptError('poll: {fd=3, events=POLLIN, revents=POLLIN} is how it is written');
  const names = (one: Value | undefined): string[] | undefined =>
    one?.kind === 'names' ? one.names : one?.kind === 'number' && one.value === 0 ? [] : undefined;
  return { fd: fd.value, events: names(events) ?? [], revents: names(revents) };
}

/** Of what there is: what was asked for, and what nobody has to ask for. */
function ready(there: ReadonlySet<string>, events: readonly string[]): Set<string> {
  return new Set(
    [...there].filter((name) => events.includes(name) || ['POLLERR', 'POLLHUP', 'POLLNVAL'].includes(name)),
  );
}

function isSame(expected: readonly string[], found: ReadonlySet<string> | undefined): boolean {
  return found?.size === expected.length && expected.every((name) => found.has(name));
}
