/** What `firmshake` says to whoever types something wrong, or asks what there is. */

import { describe, expect, it } from 'vitest';

import { firmshake } from '../../support/firmshake.js';

const COMMANDS = ['demo', 'lan', 'fetch', 'run', 'build', 'size', 'dump'] as const;

/** What is typed, and what the one line names: what was wrong, and what is allowed. */
const WRONG: [string[], RegExp][] = [
  [['nonsense'], /^firmshake: no command 'nonsense'; there are: demo, lan, fetch, run, build, size, dump/],
  [['demo', '--nonsense'], /'--nonsense'.*--act --lose --loss --seed --profile --numbers --pcap --json/],
  [['demo', 'nonsense'], /'nonsense'.*--act/],
  [['demo', '--json=1'], /--json.*argument/],
  [['demo', '--act'], /--act.*missing/],
  [['demo', '--act', '8'], /--act 8: .*1 to 7/],
  [['demo', '--act', '0'], /--act 0: .*1 to 7/],
  [['demo', '--act', 'one'], /--act one: .*1 to 7/],
  [['demo', '--act', '1', '--loss', '0.1'], /--act.*--lose.*--loss/],
  [['demo', '--lose', 'fin'], /--lose fin: .*syn, syn-ack, ack/],
  [['demo', '--loss', '1.1'], /--loss 1\.1: .*0 to 1/],
  [['demo', '--loss', 'much'], /--loss much: .*0 to 1/],
  [['demo', '--loss', 'NaN'], /--loss NaN: .*0 to 1/],
  [['demo', '--numbers', 'big'], /--numbers big: allowed are relative, absolute, both/],
  [['demo', '--seed', '1.5'], /--seed 1\.5: .*0 to 4294967295/],
  [['demo', '--seed', '4294967296'], /--seed 4294967296: .*0 to 4294967295/],
  [['demo', '--profile', 'huge'], /--profile huge: .*tiny, lan, gateway/],
  [['demo', '--pcap', 'run.pcapng'], /--pcap.*--act/],
  [['fetch'], /a URL is needed, such as http:/],
  [['fetch', 'ftp://10.73.0.1/'], /http:\/\/ is what can be fetched/],
  [['fetch', 'http://example.org/'], /an IPv4 address is needed where example.org is/],
  [['fetch', 'https://10.73.0.1/'], /http:\/\/ is what can be fetched/],
  [['fetch', '10.73.0.1'], /10\.73\.0\.1: http:\/\/ is what can be fetched/],
  [['fetch', 'http://10.73.0.1:0/'], /a port from 1 to 65535/],
  [['fetch', 'http://10.73.0.1/', '--timeout', '0'], /--timeout 0: .*1 to/],
  [['fetch', 'http://10.73.0.1/', '--address', '10.73.0.2'], /--address 10\.73\.0\.2: .*10\.73\.0\.2\/24/],
  [['fetch', 'http://10.73.0.1/', '--numbers', 'big'], /--numbers big: allowed are/],
  [['fetch', 'http://10.73.0.1/', 'http://10.73.0.1/'], /'http:\/\/10.*--output --timeout/],
  [['fetch', 'http://10.73.0.1/', '--nonsense'], /'--nonsense'.*--output --timeout/],
  [['lan', '--profile', 'tiny'], /tiny: it has too few listeners for the apps/],
  [['lan', '--nonsense'], /'--nonsense'.*--listen --connect/],
  [['lan', '--listen', '65536'], /--listen 65536: .*1 to 65535/],
  [['lan', '--listen', '0'], /--listen 0: .*1 to 65535/],
  [['lan', '--connect', '10.73.0.1'], /--connect 10\.73\.0\.1: .*10\.73\.0\.1:80/],
  [['lan', '--connect', '10.73.0.1:0'], /--connect 0: .*1 to 65535|--connect 10\.73\.0\.1:0: .*1 to 65535/],
  [['lan', '--connect', '10.73.0.256:80'], /--connect 10\.73\.0\.256(:80)?: .*IPv4/],
  [['lan', '--connect', '10.73.0.1:80:90', '--seconds', '1'], /--connect 10\.73\.0\.1:80:90: .*10\.73\.0\.1:80/],
  [['lan', '--connect', 'host:80'], /--connect host(:80)?: .*IPv4/],
  [['lan', '--listen', '7', '--timeout', '0'], /--timeout 0: .*1 to/],
  [['lan', '--listen', '7', '--backlog', '0'], /--backlog 0: .*1 to 1024/],
  [['lan', '--listen', '7', '--address', '10.73.0.2'], /--address 10\.73\.0\.2: .*10\.73\.0\.2\/24/],
  [['lan', '--listen', '7', '--address', '10.73.0.2/31'], /--address .*31: .*1 to 30/],
  [
    ['lan', '--listen', '7', '--address', '10.73.0.2/24/8', '--seconds', '1'],
    /--address 10\.73\.0\.2\/24\/8: .*10\.73\.0\.2\/24/,
  ],
  [['lan', '--listen', '7', '--kernel', '10.73.0'], /--kernel 10\.73\.0: .*IPv4/],
  [['lan', '--listen', '7', '--gateway', 'router'], /--gateway router: .*IPv4/],
  [['lan', '--listen', '7', '--profile', 'huge'], /--profile huge: .*tiny, lan, gateway/],
  [['lan', '--listen', '7', '--lose', 'fin'], /--lose fin: .*syn, syn-ack, ack/],
  [['lan', '--listen', '7', '--seconds', '0'], /--seconds 0: .*1 to 86400/],
  [['lan', '--listen', '7', 'nc'], /'nc'/],
  [['lan', '--on', 'esp32'], /--on esp32: allowed are node, wamr, rv32, xtensa/],
  [['lan', '--on', 'wamr', '--engine', 'jit'], /--engine jit: allowed are interp, aot/],
  [['lan', '--engine', 'aot'], /--engine: .*--on wamr/],
  [['lan', '--on', 'wamr', '--json'], /--json: .*status\.json/],
  [['run'], /--board : allowed are linux, rv32, xtensa/],
  [['run', 'esp32'], /--board esp32: allowed are linux, rv32, xtensa/],
  [['run', 'rv32', '--engine', 'jit'], /--engine jit: allowed are interp, aot/],
  [['run', 'rv32', '--user-net', '--engine', 'jit'], /--engine jit: allowed are interp, aot/],
  [['run', 'rv32', '--user-net', '--port', '0'], /--port 0: .*1 to 65535/],
  [['run', 'rv32', '--port', '8080'], /--port: with --user-net/],
  [['run', 'linux', '--user-net'], /--user-net: .*linux has none/],
  [['run', 'rv32', '--slot', 'flash.bin'], /--slot: the Linux program has a file/],
  [['run', 'linux', '--key', 'board.key'], /--key: .*with --slot FILE/],
  [['upload'], /a HOST is needed/],
  [['upload', '10.73.0.2'], /a MODULE is needed/],
  [['upload', '10.73.0.2:0', 'lan', '--key', 'package.json'], /--host 0: .*1 to 65535/],
  [['upload', '10.73.0.2', 'lan'], /--key FILE is needed/],
  [['upload', '10.73.0.2', 'lan', '--key', 'package.json'], /--key package.json: \d+ bytes; a key has 16 to 64/],
  [['upload', '10.73.0.2', 'lan', '--key', 'nothing.key'], /nothing\.key cannot be read/],
  [['upload', '10.73.0.2', 'package.json', '--key', 'nothing.key'], /nothing\.key cannot be read/],
  [['build', '--board', 'esp32'], /--board esp32: allowed are linux, rv32, xtensa/],
  [['build', '--board', 'linux', '--engine', 'jit'], /--engine jit: allowed are interp, aot/],
  [['build', '--profile', 'huge'], /--profile huge: allowed are tiny, lan, lan-apps/],
  [['build', '--profile', 'lan', '--rx', '1536'], /--profile.*one of the two/],
  [['build', '--optimize', 'taste'], /--optimize taste: allowed are size, speed/],
  [['build', '--nonsense'], /'--nonsense'.*--board --engine --profile .*--optimize --out/],
  [['dump'], /a FILE is needed: a dump, a log, or - for standard input/],
  [['dump', '--nonsense'], /'--nonsense'.*--file --number --json/],
  [['dump', 'one', 'two'], /'two'.*--file --number --json/],
  [['dump', 'one', '--number', '0'], /--number 0: .*1 to/],
  [['dump', 'one', '--number', 'last'], /--number last: .*whole number/],
  [['size', '--nonsense'], /'--nonsense'.*--connections --rx --tx/],
  [['size', '--profile', 'huge'], /--profile huge: .*tiny, lan, gateway/],
  [['size', '--profile', 'lan', '--rx', '1536'], /--profile.*one of the two/],
  [['size', '--connections', '0'], /--connections 0: .*1 to 2046/],
  [['size', '--connections', '2047'], /--connections 2047: .*1 to 2046/],
  [['size', '--rx', '1537'], /--rx 1537: .*1536 or 1544/],
  [['size', '--rx', 'big'], /--rx big: .*whole number/],
  [['size', '--tx', '100'], /--tx 100: .*from 256/],
  [['size', '--half-open', '0'], /--half-open 0: .*1 to 65532/],
  [['size', '--time-wait', '70000'], /--time-wait 70000: .*1 to 65532/],
  [['size', '--listeners', '0'], /--listeners 0: .*1 to 2046/],
  [['size', '--neighbours', '1'], /--neighbours 1: at least as many as connections \(6\)/],
  [['size', '--time-wait-ms', '0'], /--time-wait-ms 0: .*1 to 2097151/],
];

describe.concurrent('firmshake', () => {
  it.each(WRONG)('%j is one line on stderr, and exit code 2', async (args, line) => {
    const { code, stdout, stderr } = await firmshake(...args);
    expect(stderr.split('\n').slice(0, -1)).toEqual([expect.stringMatching(line)]);
    expect(stderr).toMatch(/^firmshake/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('without a command shows what there is, and exit code 2', async () => {
    const { code, stdout } = await firmshake();
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    expect(stdout).toContain('exit codes: 0');
    expect(code).toBe(2);
  });

  it.each(['help', '--help', '-h'])('%s shows what there is, and that is no error', async (word) => {
    const { code, stdout, stderr } = await firmshake(word);
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each(COMMANDS)('%s --help has every option that it takes, each with a line, and examples', async (name) => {
    const [help, wrong] = await Promise.all([firmshake(name, '--help'), firmshake(name, '--nonsense')]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(`usage: firmshake ${name} `);
    const allowed = wrong.stderr.slice(wrong.stderr.indexOf('allowed:')).match(/--[a-z-]+/g) ?? [];
    expect(allowed.length).toBeGreaterThan(2);
    for (const option of allowed) expect(help.stdout).toMatch(new RegExp(`^  ${option}( [A-Z0-9][^ ]*)?  +\\S`, 'm'));
    expect(help.stdout).toMatch(new RegExp(`^  firmshake ${name}`, 'm'));
    expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
