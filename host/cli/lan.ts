import { ENGINES } from '../boards/index.js';
import { enterCommand, runIn, type Lan, type Namespace } from '../tap/index.js';
import { Capture } from './capture.js';
import { endpoint } from './endpoint.js';
import { LocalHost } from './local.js';
import { endsOf, LINK_OPTIONS, openLink } from './link.js';
import { LiveLadder } from './live-ladder.js';
import { loseFirst, packetOf } from './lose.js';
import type { Command } from './command.js';
import { appsModule, profileModule, profileOf, type Profile } from './modules.js';
import { NUMBERS_OPTION, numbersOf, print, printJson } from './output.js';
import { firmwareOf, RemoteHost, type Target } from './remote.js';
import { LINGER_MS, type Plan } from './session.js';
import { Traffic } from './traffic.js';
import { oneOf, UsageError, wholeNumber, type Given, type OptionTable } from './usage.js';

/** Of a core on a LAN, wherever it runs. */
export const LAN_OPTIONS: OptionTable = {
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
  engine: { type: 'string', value: 'NAME', help: 'of WAMR: interp (default) or aot: compiled ahead of time' },
  profile: { type: 'string', value: 'NAME', help: 'tiny, lan (default) or gateway' },
  'no-apps': { type: 'boolean', help: 'no servers in the core: it answers ping, and refuses connections' },
  lose: { type: 'string', value: 'PACKET', help: 'lose the first syn, syn-ack or ack on the way' },
  seconds: { type: 'string', value: 'N', help: 'stop after so long (default: at Ctrl-C)' },
  numbers: NUMBERS_OPTION,
  pcap: { type: 'string', value: 'FILE', help: 'write the frames for Wireshark' },
  json: { type: 'boolean', help: 'the statistics as JSON at the end, instead of the ladder' },
};

const OPTIONS: OptionTable = {
  on: {
    type: 'string',
    value: 'WHAT',
    help: 'node (default), wamr (a Linux program), rv32 or xtensa (bare metal in QEMU)',
  },
  ...LAN_OPTIONS,
};

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

export function stopSignal(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    if (seconds !== undefined) setTimeout(stop, seconds * 1000).unref();
  });
}

/** The namespace that the LAN is in, where it is our own, and the kernel's address there. */
interface Own {
  namespace: Namespace;
  kernel: string;
}

/** What to type on the kernel's side. */
function trials(target: string, hasApps: boolean, { listen: [port] }: Plan): string[] {
  if (hasApps) return [`curl http://${target}/`, `nc ${target} 7`];
  return port === undefined ? [] : [`nc ${target} ${port}`];
}

function greeting(target: string, lan: Lan, own: Own | undefined, hasApps: boolean, plan: Plan): string {
  const lines = [`core ${target} on ${lan.description}`];
  if (hasApps) lines.push(`status page http://${target}/ and /status.json; echo on port 7, discard on port 9`);
  if (own === undefined) return lines.join('\n');
  lines.push(`kernel ${own.kernel}; a shell on this LAN: ${enterCommand(own.namespace, 'bash')}`);
  for (const trial of trials(target, hasApps, plan)) {
    lines.push(`from another terminal:  ${enterCommand(own.namespace, trial)}`);
  }
  return lines.join('\n');
}

const ON = ['node', 'wamr', 'rv32', 'xtensa'] as const;
type On = (typeof ON)[number];

/** The board that the core is to run on, if not here. @throws UsageError */
function targetOf(given: Given, on: On, profile: Profile, hasApps: boolean): Target | undefined {
  const engine = given.text('engine');
  if (on === 'node') {
    if (engine !== undefined) throw new UsageError('--engine: which engine of WAMR, with --on wamr, rv32 or xtensa');
    return undefined;
  }
  return {
    board: on === 'wamr' ? 'linux' : on,
    engine: oneOf('engine', engine ?? 'interp', ENGINES),
    module: hasApps ? `${profile}-apps` : profile,
    ...slotOf(given, on),
  };
}

/** @throws UsageError */
function slotOf(given: Given, on: On): Pick<Target, 'main' | 'slot'> {
  const file = given.text('slot');
  const key = given.text('key');
  if (file === undefined && key !== undefined) throw new UsageError('--key: of uploads into a slot, with --slot FILE');
  if (file === undefined) return {};
  if (on !== 'wamr')
    throw new UsageError('--slot: the Linux program has a file for its flash, and other boards have none');
  return { main: 'firmshake-linux-slot', slot: { file, ...(key === undefined ? {} : { key }) } };
}

/**
 * The core on a real LAN, here or on a board; gives the exit code.
 * @param on `node`, or where else: `wamr`, `rv32`, `xtensa`
 */
export async function runOnLan(given: Given, on: On): Promise<number> {
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
  // Where nothing else is asked for, the core serves the apps that are linked in.
  const hasApps = plan.listen.length + plan.connect.length === 0 && !given.flag('no-apps');

  const target = targetOf(given, on, profile, hasApps);
  if (target !== undefined && isJson) throw new UsageError('--json: a board tells its statistics at /status.json');
  const module = await (hasApps ? appsModule(profile) : profileModule(profile));
  if (target !== undefined) await firmwareOf(target);

  const { lan: link, own: namespace } = await openLink(given, ends);
  const capture = file === undefined ? undefined : Capture.open(file);
  const own = namespace && { namespace, kernel };
  let live: LiveLadder | undefined;
  const traffic = new Traffic(process.stderr);
  const options = {
    ...self,
    ...gateway,
    ...inject,
    changed: () => live?.changed(),
    moved: (bytes: number) => traffic.add(bytes),
    isDrawn: !isJson,
    ...(capture === undefined ? {} : { capture }),
  };
  const host =
    target === undefined
      ? new LocalHost(module, link.interface, own?.kernel, options, plan)
      : await RemoteHost.start(target, link.interface, own?.kernel, { ...options, plan });
  if (!isJson) {
    print(greeting(self.address, link, own, hasApps, plan));
    live = new LiveLadder(host.recorder.trace, numbers, (text) => {
      traffic.clear();
      process.stdout.write(text);
    });
  }
  let exitCode = 0;
  try {
    host.begin();
    const [command, ...commandArgs] = given.rest;
    if (command === undefined) await Promise.race([host.done, stopSignal(seconds)]);
    else exitCode = await runIn(command, commandArgs);
    if (command !== undefined) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
  } finally {
    host.flush();
    live?.end();
    traffic.end();
    await host.close();
    capture?.close();
  }
  if (isJson) printJson(host.statistics());
  return exitCode === 0 ? host.exitCode : exitCode;
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
    'firmshake lan --on wamr --engine aot                      # the same module under WAMR, as a program of its own',
    'firmshake lan --listen 7 -- nc -zv 10.73.0.2 7            # runs nc on that LAN, and ends with it',
    'firmshake lan --connect 10.73.0.1:9                       # nobody listens there: refused',
    'firmshake lan --listen 7 --lose ack --pcap run.pcapng -- nc -zv 10.73.0.2 7',
  ],
  run: (given) => runOnLan(given, oneOf('on', given.text('on') ?? 'node', ON)),
};
