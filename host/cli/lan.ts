import { CoreError, type Handle } from '../core/index.js';
import { enterCommand, runIn, type Lan, type Namespace } from '../tap/index.js';
import { endpoint } from './endpoint.js';
import { TapHost } from './host.js';
import { endsOf, LINK_OPTIONS, openLink } from './link.js';
import { LiveLadder } from './live-ladder.js';
import { loseFirst, packetOf } from './lose.js';
import type { Command } from './command.js';
import { Meter } from './meter.js';
import { appsModule, profileModule, profileOf } from './modules.js';
import { NUMBERS_OPTION, numbersOf, print, printJson, writeCapture } from './output.js';
import { UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

const OPTIONS: OptionTable = {
  listen: {
    type: 'string',
    multiple: true,
    value: 'PORT',
    help: 'the core listens, reads and forgets; may be repeated',
  },
  connect: { type: 'string', multiple: true, value: 'ADDRESS:PORT', help: 'the core connects; may be repeated' },
  timeout: { type: 'string', value: 'MS', help: 'when a connect gives up (default 10000)' },
  backlog: { type: 'string', value: 'N', help: 'connections that may wait at a port (default 4)' },
  ...LINK_OPTIONS,
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan (default) or gateway' },
  lose: { type: 'string', value: 'PACKET', help: 'lose the first syn, syn-ack or ack on the way' },
  seconds: { type: 'string', value: 'N', help: 'stop after so long (default: at Ctrl-C)' },
  numbers: NUMBERS_OPTION,
  pcap: { type: 'string', value: 'FILE', help: 'write the frames for Wireshark' },
  json: { type: 'boolean', help: 'the statistics as JSON at the end, instead of the ladder' },
};

/** So many frames are drawn; a transfer has more, and is told by its bytes. */
const DRAWN_FRAMES = 400;

interface Plan {
  listen: number[];
  connect: { address: string; port: number }[];
  timeoutMs: number;
  backlog: number;
}

function planOf(given: Given): Plan {
  const listen = given.list('listen').map((port) => wholeNumber('listen', port, 1, 65535));
  const connect = given.list('connect').map((text) => endpoint('connect', text));
  return {
    listen,
    connect,
    timeoutMs: wholeNumber('timeout', given.text('timeout') ?? '10000', 1, 0x7fffffff),
    backlog: wholeNumber('backlog', given.text('backlog') ?? '4', 1, 1024),
  };
}

/** Where nothing else is asked for, the core serves the apps that are linked in. */
function hasApps({ listen, connect }: Plan): boolean {
  return listen.length + connect.length === 0;
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
    // What comes is read and forgotten. We end ours when the peer ends its side, and one that we have begun at once.
    else {
      if (kinds.includes('READABLE')) this.host.core.read(handle);
      if (kinds.includes('PEER_CLOSED') || kinds.includes('CONNECTED')) this.shutdown(handle);
    }
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

/** What to type on the kernel's side. */
function trials(target: string, plan: Plan): string[] {
  const [port] = plan.listen;
  if (port !== undefined) return [`nc ${target} ${port}`];
  return plan.connect.length > 0 ? [] : [`curl http://${target}/`, `nc ${target} 7`];
}

function greeting(host: TapHost, lan: Lan, own: Namespace | undefined, plan: Plan, kernel: string): string {
  const target = host.recorder.trace.hosts[1]?.address ?? '';
  const lines = [`core ${target} on ${lan.description}`];
  if (hasApps(plan)) lines.push(`status page http://${target}/ and /status.json; echo on port 7, discard on port 9`);
  if (own === undefined) return lines.join('\n');
  lines.push(`kernel ${kernel}; a shell on this LAN: ${enterCommand(own, 'bash')}`);
  lines.push(...trials(target, plan).map((trial) => `from another terminal:  ${enterCommand(own, trial)}`));
  return lines.join('\n');
}

export const lan: Command = {
  name: 'lan',
  summary: "The core on a real LAN: a TAP device, with this machine's kernel as its peer. No privilege is needed.",
  synopsis: '[--listen PORT | --connect ADDRESS:PORT …] [OPTIONS] [-- COMMAND …]',
  options: OPTIONS,
  takesRest: true,
  examples: [
    'firmshake lan                                             # echo, discard and the status page; then curl, as it says',
    'firmshake lan -- curl http://10.73.0.2/                   # runs curl on that LAN, and ends with it',
    'firmshake lan --listen 7                                  # then nc, as it says',
    'firmshake lan --listen 7 -- nc -zv 10.73.0.2 7            # runs nc on that LAN, and ends with it',
    'firmshake lan --connect 10.73.0.1:9                       # nobody listens there: refused',
    'firmshake lan --listen 7 --lose ack --pcap run.pcapng -- nc -zv 10.73.0.2 7',
  ],
  async run(given) {
    const plan = planOf(given);
    const ends = endsOf(given);
    const { self, kernel } = ends;
    const gateway = ends.gateway === undefined ? {} : { gateway: ends.gateway };
    const packet = given.text('lose');
    const inject = packet === undefined ? {} : { inject: loseFirst(packetOf(packet)) };
    const secondsText = given.text('seconds');
    const seconds = secondsText === undefined ? undefined : wholeNumber('seconds', secondsText, 1, 86400);
    const profile = profileOf(given.text('profile'));
    const numbers = numbersOf(given.text('numbers'));
    const isJson = given.flag('json');

    const file = given.text('pcap');
    const module = await (hasApps(plan) ? appsModule(profile) : profileModule(profile));
    const { lan: link, own } = await openLink(given, ends);
    let live: LiveLadder | undefined;
    const meter = new Meter('transferred', process.stderr);
    const host = new TapHost(module, link.interface, own === undefined ? undefined : kernel, {
      ...self,
      ...gateway,
      ...inject,
      changed: () => live?.changed(),
      moved: (bytes) => meter.add(bytes),
      ...(file === undefined ? { recordLimit: DRAWN_FRAMES } : {}),
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
    meter.end();
    if (file !== undefined) await writeCapture(file, host.recorder.trace);
    if (isJson) printJson(host.core.statistics());
    return exitCode === 0 ? session.exitCode : exitCode;
  },
};
