import { CoreError, type Handle } from '../core/index.js';
import {
  enterCommand,
  insideOwnNamespace,
  openExisting,
  openLan,
  runIn,
  type Lan,
  type Namespace,
} from '../tap/index.js';
import { address, endpoint, isSameNetwork, network } from './endpoint.js';
import { TapHost } from './host.js';
import { LiveLadder } from './live-ladder.js';
import { loseFirst, packetOf } from './lose.js';
import type { Command } from './command.js';
import { profileModule, profileOf } from './modules.js';
import { NUMBERS_OPTION, numbersOf, print, printJson, writeCapture } from './output.js';
import { UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  listen: { type: 'string', multiple: true, value: 'PORT', help: 'the core listens; may be repeated' },
  connect: { type: 'string', multiple: true, value: 'ADDRESS:PORT', help: 'the core connects; may be repeated' },
  timeout: { type: 'string', value: 'MS', help: 'when a connect gives up (default 10000)' },
  backlog: { type: 'string', value: 'N', help: 'connections that may wait at a port (default 4)' },
  address: { type: 'string', value: 'A/N', help: 'the core (default 10.73.0.2/24)' },
  kernel: { type: 'string', value: 'ADDRESS', help: 'the kernel at the other end (default 10.73.0.1)' },
  gateway: { type: 'string', value: 'ADDRESS', help: 'the router of the core (default: none)' },
  interface: {
    type: 'string',
    value: 'NAME',
    help: 'use this interface where it is, not one in a namespace of its own',
  },
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan (default) or gateway' },
  lose: { type: 'string', value: 'PACKET', help: 'lose the first syn, syn-ack or ack on the way' },
  seconds: { type: 'string', value: 'N', help: 'stop after so long (default: at Ctrl-C)' },
  numbers: NUMBERS_OPTION,
  pcap: { type: 'string', value: 'FILE', help: 'write the frames for Wireshark' },
  json: { type: 'boolean', help: 'the statistics as JSON at the end, instead of the ladder' },
};

interface Plan {
  listen: number[];
  connect: { address: string; port: number }[];
  timeoutMs: number;
  backlog: number;
}

function planOf(given: Given): Plan {
  const listen = given.list('listen').map((port) => wholeNumber('listen', port, 1, 65535));
  const connect = given.list('connect').map((text) => endpoint('connect', text));
  if (listen.length + connect.length === 0) throw new UsageError('--listen PORT or --connect ADDRESS:PORT is needed');
  return {
    listen,
    connect,
    timeoutMs: wholeNumber('timeout', given.text('timeout') ?? '10000', 1, 0x7fffffff),
    backlog: wholeNumber('backlog', given.text('backlog') ?? '4', 1, 1024),
  };
}

/** The LAN to be on, and, where it is our own, the namespace it is in. */
async function open(given: Given, kernel: string, prefixLength: number): Promise<{ lan: Lan; own?: Namespace }> {
  const named = given.text('interface');
  if (named !== undefined) return { lan: await openExisting(named) };
  const own = insideOwnNamespace();
  return { lan: await openLan({ kernelAddress: `${kernel}/${prefixLength}` }), own };
}

/** A call of the core that an option asked for: what it refuses is told by the option's name. */
function asked(option: string, call: () => Handle): Handle {
  try {
    return call();
  } catch (error) {
    if (error instanceof CoreError) throw new UsageError(`${option}: the core refuses it with ${error.code}`);
    throw error;
  }
}

/** Serves what was asked for, until there is nothing left to wait for. */
class Session {
  private readonly listeners = new Set<Handle>();
  private readonly connecting = new Set<Handle>();
  private failed = false;
  /** Resolves when every connect has ended and nothing listens. */
  readonly done: Promise<void>;
  private finish: () => void = () => undefined;

  constructor(
    private readonly host: TapHost,
    private readonly plan: Plan,
  ) {
    this.done = new Promise((resolve) => (this.finish = resolve));
    host.onEvent = (handle, kinds) => this.told(handle, kinds);
  }

  get exitCode(): number {
    return this.failed ? 1 : 0;
  }

  begin(): void {
    const { core } = this.host;
    const { backlog, timeoutMs } = this.plan;
    for (const port of this.plan.listen) {
      const listener = asked(`--listen ${port}`, () => core.listen(port, backlog));
      this.listeners.add(this.host.hold(listener));
    }
    for (const { address: to, port } of this.plan.connect) {
      const handle = asked(`--connect ${to}:${port}`, () => core.connect(to, port, timeoutMs, this.host.now));
      this.connecting.add(this.host.hold(handle));
    }
    this.host.pump();
  }

  private told(handle: Handle, kinds: readonly string[]): void {
    if (kinds.includes('ACCEPTABLE')) this.accept(handle);
    if (kinds.includes('FAILED')) this.failed ||= this.connecting.has(handle);
    if (kinds.includes('CLOSED') || kinds.includes('FAILED')) this.close(handle);
    // Nothing is sent yet, so a connection that is there has done all that it can: we end ours when the peer ends its
    // side, and one that we have begun at once.
    else if (kinds.includes('PEER_CLOSED') || kinds.includes('CONNECTED')) this.shutdown(handle);
    this.host.pump();
  }

  private accept(listener: Handle): void {
    for (let handle = this.host.core.accept(listener); handle !== undefined; handle = this.host.core.accept(listener)) {
      this.host.hold(handle);
    }
  }

  private shutdown(handle: Handle): void {
    const state = this.host.core.state(handle);
    if (state === 'ESTABLISHED' || state === 'CLOSE-WAIT') this.host.core.shutdown(handle);
  }

  private close(handle: Handle): void {
    if (!this.host.handles.has(handle)) return;
    this.host.close(handle);
    this.connecting.delete(handle);
    if (this.connecting.size === 0 && this.listeners.size === 0) setTimeout(this.finish, LINGER_MS);
  }
}

/** After the last connection: time for the peer's FIN to be answered. */
const LINGER_MS = 300;

function stopSignal(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    if (seconds !== undefined) setTimeout(stop, seconds * 1000).unref();
  });
}

function greeting(host: TapHost, lan: Lan, own: Namespace | undefined, plan: Plan, kernel: string): string {
  const [port] = plan.listen;
  const lines = [`core ${host.recorder.trace.hosts[1]?.address ?? ''} on ${lan.description}`];
  if (own !== undefined) lines.push(`kernel ${kernel}; a shell on this LAN: ${enterCommand(own, 'bash')}`);
  if (own !== undefined && port !== undefined) {
    const target = host.recorder.trace.hosts[1]?.address ?? '';
    lines.push(`connect to it from another terminal:  ${enterCommand(own, `nc ${target} ${port}`)}`);
  }
  return lines.join('\n');
}

export const lan: Command = {
  name: 'lan',
  summary: "The core on a real LAN: a TAP device, with this machine's kernel as its peer. No privilege is needed.",
  synopsis: '(--listen PORT | --connect ADDRESS:PORT) … [OPTIONS] [-- COMMAND …]',
  options: OPTIONS,
  takesRest: true,
  examples: [
    'firmshake lan --listen 7                                  # then nc, as it says',
    'firmshake lan --listen 7 -- nc -zv 10.73.0.2 7            # runs nc on that LAN, and ends with it',
    'firmshake lan --connect 10.73.0.1:9                       # nobody listens there: refused',
    'firmshake lan --listen 7 --lose ack --pcap run.pcapng -- nc -zv 10.73.0.2 7',
  ],
  async run(given) {
    const plan = planOf(given);
    const self = network('address', given.text('address') ?? '10.73.0.2/24');
    const kernel = address('kernel', given.text('kernel') ?? '10.73.0.1');
    if (kernel === self.address || !isSameNetwork(kernel, self.address, self.prefixLength)) {
      throw new UsageError(
        `--kernel ${kernel}: another address in the network of --address ${self.address}/${self.prefixLength}`,
      );
    }
    const gatewayText = given.text('gateway');
    const gateway = gatewayText === undefined ? {} : { gateway: address('gateway', gatewayText) };
    const packet = given.text('lose');
    const inject = packet === undefined ? {} : { inject: loseFirst(packetOf(packet)) };
    const secondsText = given.text('seconds');
    const seconds = secondsText === undefined ? undefined : wholeNumber('seconds', secondsText, 1, 86400);
    const profile = profileOf(given.text('profile'));
    const numbers = numbersOf(given.text('numbers'));
    const isJson = given.flag('json');

    const { lan: link, own } = await open(given, kernel, self.prefixLength);
    const module = await profileModule(profile);
    let live: LiveLadder | undefined;
    const host = new TapHost(module, link.interface, own === undefined ? undefined : kernel, {
      ...self,
      ...gateway,
      ...inject,
      changed: () => live?.changed(),
    });
    if (!isJson) {
      print(greeting(host, link, own, plan, kernel));
      live = new LiveLadder(host.recorder.trace, numbers, (text) => process.stdout.write(text));
    }
    const session = new Session(host, plan);
    let exitCode = 0;
    try {
      session.begin();
      const [command, ...commandArgs] = given.rest;
      if (command === undefined) await Promise.race([session.done, stopSignal(seconds)]);
      else exitCode = await runIn(command, commandArgs);
      if (command !== undefined) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    } finally {
      live?.end();
      await host.bridge.close();
    }
    const file = given.text('pcap');
    if (file !== undefined) await writeCapture(file, host.recorder.trace);
    if (isJson) printJson(host.core.statistics());
    return exitCode === 0 ? session.exitCode : exitCode;
  },
};
