import { describe, expect, test } from 'vitest';
import { ladder, type LadderOptions, type Trace, TraceRecorder } from '../../../host/trace/index.js';
import { CLIENT, ipv4, SERVER, tcp } from './frames.js';
import {
  halfOpenDiscovery,
  handshakeWithLostSyn,
  ISN,
  roughNetwork,
  simultaneousOpen,
  synFlood,
  twoHosts,
} from './scenes.js';

/** The lines that a reader sees. */
function read(recorder: TraceRecorder, options: LadderOptions = {}): string[] {
  return ladder(recorder.trace, options).split('\n');
}

function lineWith(lines: string[], ...words: string[]): string {
  const found = lines.filter((line) => words.every((word) => line.includes(word)));
  expect(found, `lines with ${words.join(' and ')} in\n${lines.join('\n')}`).not.toHaveLength(0);
  return found[0] ?? '';
}

/** Where the two lifelines stand. */
function lifelines(lines: string[]): [number, number] {
  const top = lines.find((line) => line.includes('┬')) ?? '';
  return [top.indexOf('┬'), top.lastIndexOf('┬')];
}

describe('a handshake whose first SYN is lost', () => {
  const lines = read(handshakeWithLostSyn());

  test('the lost SYN ends in an X between the hosts, with the word', () => {
    const lost = lineWith(lines, 'SYN', 'lost');
    const [left, right] = lifelines(lines);
    expect(lost).toContain('✗ lost');
    expect(lost).not.toContain('▶');
    const place = (lost.indexOf('✗') - left) / (right - left);
    expect(place).toBeGreaterThan(0.4);
    expect(place).toBeLessThan(0.75);
  });

  test('the SYN that arrives is the second try, and reaches the other lifeline', () => {
    const syn = lineWith(lines, 'SYN', '2nd try');
    expect(syn.charAt(lifelines(lines)[1] - 1)).toBe('▶');
  });

  test('numbers start at 0 on each side, whatever the initial ones are', () => {
    expect(lineWith(lines, 'SYN ACK')).toMatch(/◀.*SYN ACK {2}seq 0 {2}ack 1 /);
    expect(lineWith(lines, '├── ACK')).toMatch(/ACK {2}seq 1 {2}ack 1 /);
    expect(lines.join()).not.toContain(String(ISN.client));
  });

  test('states stand outside the lifeline of their host', () => {
    const [left, right] = lifelines(lines);
    expect(lineWith(lines, 'SYN-SENT').indexOf('SYN-SENT')).toBeLessThan(left);
    expect(lineWith(lines, 'SYN-RECEIVED').indexOf('SYN-RECEIVED')).toBeGreaterThan(right);
    const established = lines.filter((line) => line.includes('ESTABLISHED'));
    expect(established.map((line) => line.indexOf('ESTABLISHED') > right)).toEqual([false, true]);
  });

  test('a state stands on the arrow that caused it', () => {
    expect(lineWith(lines, 'SYN-RECEIVED')).toContain('2nd try');
    expect(lines.filter((line) => line.includes('ESTABLISHED'))[0]).toContain('SYN ACK');
  });

  test('timers, events, pools and ARP can be read', () => {
    lineWith(lines, '⏰ retransmission in 1.000 s');
    lineWith(lines, '⏰ retransmission fired');
    lineWith(lines, 'CONNECTED');
    lineWith(lines, 'half-open 1/16  connections 0/6  time-wait 0/64');
    lineWith(lines, 'who has 10.73.0.3?');
    lineWith(lines, '10.73.0.3 is at 02:00:00:00:00:03');
  });

  test('the client speaks from the left and the server from the right', () => {
    const [left, right] = lifelines(lines);
    const middle = (left + right) / 2;
    expect(lineWith(lines, 'retransmission fired').indexOf('⏰')).toBe(left + 2);
    expect(lineWith(lines, 'half-open').indexOf('half-open')).toBeGreaterThan(middle - 20);
    expect(lineWith(lines, 'half-open').charAt(right - 2)).toBe('4');
  });

  test('the time of the second try is 1 s after the first, and the wait shows', () => {
    const first = lines.findIndex((line) => line.includes('✗ lost'));
    const second = lines.findIndex((line) => line.includes('2nd try'));
    const between = lines.slice(first, second);
    expect(between.some((line) => line.includes('┊'))).toBe(true);
    expect(lineWith(between, 'fired')).toMatch(/^ *1\.005 /);
  });

  test('the MSS is on every SYN and on no other segment', () => {
    expect(lines.filter((line) => line.includes('mss 1460')).every((line) => line.includes('SYN'))).toBe(true);
    expect(lines.filter((line) => line.includes('mss 1460'))).toHaveLength(3);
  });
});

describe('numbers', () => {
  test('absolute numbers are those on the wire, both gives the two', () => {
    const absolute = read(handshakeWithLostSyn(), { numbers: 'absolute' });
    lineWith(absolute, `SYN ACK  seq ${ISN.server}  ack ${ISN.client + 1}`);
    const both = read(handshakeWithLostSyn(), { numbers: 'both', width: 120 });
    lineWith(both, 'SYN ACK  seq 0  ack 1', `(${ISN.server} / ${ISN.client + 1})`);
  });

  test('they count across the wrap at 2^32', () => {
    const recorder = twoHosts();
    recorder.frame(0, 'client', 'server', tcp({ seq: 0xffffffff, flags: 'S' }));
    recorder.frame(1, 'client', 'server', tcp({ seq: 9, flags: 'A', ack: 1 }));
    lineWith(read(recorder), 'ACK  seq 10');
  });

  test('a capture that starts late starts at 1', () => {
    const recorder = twoHosts();
    recorder.frame(0, 'client', 'server', tcp({ seq: 5000, ack: 7000, flags: 'PA', payload: 10 }));
    recorder.frame(1, 'client', 'server', tcp({ seq: 5010, ack: 7000, flags: 'PA', payload: 10 }));
    const lines = read(recorder);
    lineWith(lines, 'seq 1  ack 1  len 10');
    lineWith(lines, 'seq 11  ack 1  len 10');
  });

  test('RFC 9293 Figure 9: an answer from the old connection is not taken for one to the new SYN', () => {
    const lines = read(halfOpenDiscovery());
    lineWith(lines, 'SYN  seq 0 (new)');
    lineWith(lines, '◀', 'ACK  seq 1  ack 1 (old)');
    lineWith(lines, 'RST  seq 1 (old)', 'CLOSED');
    expect(lines.filter((line) => line.includes('SYN ACK')).at(-1)).toContain('ack 1 ');
    expect(lines.filter((line) => line.includes('├── ACK')).at(-1)).toMatch(/seq 1 {2}ack 1 /);
  });
});

describe('what a network does', () => {
  const lines = read(roughNetwork());

  test('a delayed segment is seen to leave before and to arrive after the one that overtook it', () => {
    const of = (...words: string[]): number => lines.indexOf(lineWith(lines, ...words));
    const departure = of('seq 1  ack 1  len 100', '#1');
    const overtaking = of('seq 101');
    const arrival = of('#1', 'delayed 0.088 s');
    expect(departure).toBeLessThan(overtaking);
    expect(overtaking).toBeLessThan(arrival);
    expect(lines[departure]).not.toContain('▶');
    expect(lines[arrival]).toContain('▶');
    expect(lines[arrival]).toMatch(/^ *0\.090 /);
  });

  test('corrupted, dropped, duplicated and lost are said in words', () => {
    const corrupted = lines.indexOf(lineWith(lines, 'seq 201', 'corrupted ─▶'));
    expect(lines[corrupted + 1]).toContain('✗ dropped: TCP_CHECKSUM');
    expect(lines.filter((line) => line.includes('duplicate'))).toHaveLength(1);
    lineWith(lines, '◀', 'win 0');
    expect(lineWith(lines, 'FIN ACK')).toMatch(/lost: queue full ✗─+ FIN ACK/);
  });

  test('a duplicate that the network made is not another try of the sender', () => {
    expect(lines.join('\n')).not.toContain('try');
  });

  test('RFC 9293 Figure 7: two SYNs cross; both leave before either arrives', () => {
    const crossing = read(simultaneousOpen());
    const order = crossing.flatMap((line) => /#[12]/.exec(line)?.[0] ?? []);
    expect([...order.slice(0, 2)].sort()).toEqual(['#1', '#2']);
    expect(order).toHaveLength(4);
    expect(lineWith(crossing, '#1', '▶')).toContain('SYN-RECEIVED');
  });

  test('a segment that overtakes another in silence is seen to', () => {
    const recorder = twoHosts();
    recorder.frame(0, 'client', 'server', tcp({ seq: 1, ack: 1, flags: 'A' }), { arrivesAt: 3 });
    recorder.frame(1, 'client', 'server', tcp({ seq: 2, ack: 1, flags: 'A' }), { arrivesAt: 2 });
    expect(read(recorder).flatMap((line) => /seq \d/.exec(line)?.[0] ?? [])).toEqual(['seq 1', 'seq 2', 'seq 1']);
  });

  test('segments that follow each other in order are one line each', () => {
    const recorder = twoHosts();
    for (const at of [0, 1, 2]) {
      recorder.frame(at, 'client', 'server', tcp({ seq: at, ack: 1, flags: 'A' }), { arrivesAt: at + 5 });
    }
    expect(read(recorder).filter((line) => line.includes('ACK'))).toHaveLength(3);
  });

  test('what an arrival causes is below it', () => {
    const recorder = twoHosts();
    recorder.frame(0, 'client', 'server', tcp({ seq: 1, flags: 'S' }), { arrivesAt: 50 });
    recorder.note(20, 'meanwhile', 'server');
    recorder.event(50, 'server', 'ACCEPTABLE');
    expect(ladder(recorder.trace)).toMatch(/#1[^]*meanwhile[^]*▶[^]*ACCEPTABLE/);
  });

  test('a SYN that is answered by a SYN is a SYN ACK next, and that is no second try', () => {
    expect(ladder(simultaneousOpen().trace)).not.toContain('try');
  });

  test('a segment that answers at the moment of arrival does not cross', () => {
    expect(read(handshakeWithLostSyn()).join('\n')).not.toContain('#1');
  });

  test('a retransmission timer that fires while the segment is on its way is seen in between', () => {
    const recorder = twoHosts();
    recorder.frame(0, 'client', 'server', tcp({ seq: 1, flags: 'S' }), { arrivesAt: 1500, delayed: true });
    recorder.timerFired(1000, 'client', 'retransmission');
    const text = ladder(recorder.trace);
    expect(text).toMatch(/SYN[^▶]*#1[^]*fired[^]*#1[^\n]*▶/);
  });
});

describe('any terminal', () => {
  const scenes = {
    handshakeWithLostSyn,
    roughNetwork,
    simultaneousOpen,
    halfOpenDiscovery,
    flood: () => synFlood(50),
  };
  const everything = Object.entries(scenes).flatMap(([name, scene]) =>
    [72, 80, 100, 140].map((width) => ({ name, width, trace: scene().trace })),
  );

  test.each(everything)('$name in $width columns: no line is longer, and the lifelines are straight', (scene) => {
    for (const options of [{}, { numbers: 'both' as const }, { fold: false as const }]) {
      const lines = ladder(scene.trace, { width: scene.width, ascii: true, ...options })
        .trimEnd()
        .split('\n');
      const body = lines.slice(lines.findIndex((line) => line.includes('time/s')));
      const [left, right] = [body[0]?.indexOf('+') ?? 0, body[0]?.lastIndexOf('+') ?? 0];
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(scene.width);
      for (const line of body) {
        expect('|+:', line).toContain(line.charAt(left));
        expect('|+:', line).toContain(line.charAt(right));
      }
    }
  });

  test('a narrow arrow loses no word: what does not fit is below it', () => {
    const text = ladder(handshakeWithLostSyn().trace, { width: 72 });
    expect(text.match(/win 4096/g)).toHaveLength(3);
    expect(text.match(/mss 1460/g)).toHaveLength(3);
    expect(text).toContain('✗ lost');
  });

  test('the fallback is ASCII to the last character, and says the same', () => {
    const recorder = handshakeWithLostSyn();
    recorder.note(2000, 'a note with ünïcode → and ⏰');
    const text = ladder(recorder.trace, { ascii: true });
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text).toContain('X lost');
    expect(text).toContain('timer: retransmission in 1.000 s');
  });

  test('colour changes no character', () => {
    const { trace } = roughNetwork();
    const colored = ladder(trace, { color: true });
    expect(colored).toContain('\u001b[');
    expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(ladder(trace));
    expect(ladder(trace)).not.toContain('\u001b');
  });

  test('a name or a note cannot send an escape sequence or break a line', () => {
    const recorder = new TraceRecorder([{ id: 'a', name: 'evil\u001b[2J' }, { id: 'b' }]);
    recorder.note(0, 'one\ntwo\u009b31m', 'a');
    recorder.frame(0, 'a', 'b', tcp({ seq: 0, flags: 'S' }), { lost: 'x\u001b]0;title\u0007' });
    const text = ladder(recorder.trace);
    expect(text).not.toMatch(/[\u001b\u009b\u0007]/);
    lineWith(text.split('\n'), 'one two');
  });
});

describe('long traces', () => {
  test('a flood is a few lines that tell how many SYNs came from how many addresses', () => {
    const lines = read(synFlood(200));
    expect(lines.length).toBeLessThan(15);
    expect(lines.join(' ').replace(/[│\s]+/g, ' ')).toContain('199 more SYNs from 199 addresses, 199 more SYN ACKs');
    lineWith(lines, 'half-open 16/16');
  });

  test('nothing is folded when not asked to', () => {
    const lines = read(synFlood(200), { fold: false });
    expect(lines.filter((line) => line.includes('▶'))).toHaveLength(200);
  });

  test('a flood of one SYN per second is folded too', () => {
    const { trace } = synFlood(100);
    const slow: Trace = {
      ...trace,
      records: trace.records.map((record) => ({ ...record, at: record.at * 1000 })),
    };
    expect(ladder(slow).split('\n').length).toBeLessThan(15);
  });

  test('what is different in a flood stays visible', () => {
    const recorder = synFlood(200);
    recorder.event(100, 'server', 'FAILED', 'ETIMEDOUT');
    const lines = read(recorder);
    lineWith(lines, '✗ FAILED ETIMEDOUT');
    expect(lines.filter((line) => line.includes('more SYNs'))).toHaveLength(2);
  });

  test('the retransmissions of one connection are never folded', () => {
    const recorder = twoHosts();
    for (let i = 0; i < 40; i++) {
      recorder.timerFired(i * 1000, 'client', 'retransmission');
      recorder.frame(i * 1000, 'client', 'server', tcp({ seq: 1, flags: 'S' }), { lost: '' });
    }
    expect(read(recorder, { fold: 4 }).filter((line) => line.includes('lost'))).toHaveLength(40);
  });

  test('100 000 records are drawn in seconds', () => {
    const recorder = twoHosts();
    for (let i = 0; i < 100_000; i++) {
      recorder.frame(i / 10, 'client', 'server', tcp({ seq: i, ack: 1, flags: 'A' }), {
        arrivesAt: i / 10 + 1,
      });
    }
    expect(read(recorder).length).toBeLessThan(15);
  }, 20_000);
});

describe('more hosts and connections', () => {
  test('connections get names when there is more than one, the same at both ends', () => {
    const recorder = twoHosts();
    for (const port of [50001, 50002]) {
      recorder.frame(port - 50000, 'client', 'server', tcp({ sourcePort: port, seq: 1, flags: 'S' }));
      recorder.state(port - 50000, 'client', 'SYN-SENT', { localPort: port, remotePort: 80 });
      recorder.state(port - 50000, 'server', 'SYN-RECEIVED', { localPort: 80, remotePort: port });
    }
    const line = lineWith(read(recorder), '50001');
    expect(line).toMatch(/:50001 SYN-SENT ├── :50001 {2}SYN .*▶│ :50001 SYN-RECEIVED/);
  });

  test('names that need addresses leave the arrows room', () => {
    const recorder = twoHosts();
    for (const remoteAddress of ['198.51.100.101', '198.51.100.102']) {
      recorder.state(0, 'server', 'SYN-RECEIVED', { localPort: 80, remoteAddress, remotePort: 65000 });
      recorder.frame(0, 'client', 'server', tcp({ seq: 1, flags: 'S' }));
    }
    const lines = read(recorder, { width: 72 });
    const [left, right] = lifelines(lines);
    expect(right - left).toBeGreaterThan(35);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(72);
  });

  test('pools are written when they changed', () => {
    const recorder = twoHosts();
    [0, 0, 1, 1, 0].forEach((used, at) => {
      recorder.pools(at, 'server', [{ name: 'half-open', used, size: 16 }]);
    });
    expect(read(recorder).filter((line) => line.includes('half-open'))).toHaveLength(3);
  });

  test('an arrow to a host further away crosses the lifeline in between', () => {
    const recorder = new TraceRecorder([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    recorder.frame(0, 'a', 'c', tcp({ seq: 1, ack: 1, flags: 'A' }));
    recorder.state(1, 'b', 'LISTEN');
    recorder.frame(2, 'b', '*', ipv4(CLIENT, SERVER, 99, [1, 2, 3]));
    const lines = read(recorder);
    expect(lineWith(lines, 'ACK')).toMatch(/├── ACK .*─┼─+▶│/);
    lineWith(lines, '[LISTEN]');
    expect(lineWith(lines, 'IPv4 protocol 99')).toMatch(/◀─+┼── IPv4 protocol 99.*▶/);
  });

  test('a host that nobody declared has a column, and a trace of nothing is empty', () => {
    const recorder = new TraceRecorder();
    expect(ladder(recorder.trace)).toBe('');
    recorder.frame(0, 'x', '*', Uint8Array.of(1, 2, 3));
    lineWith(read(recorder), 'malformed ETHERNET');
    recorder.frame(1, 'x', 'y', Uint8Array.of(1, 2, 3));
    expect(lineWith(read(recorder), 'x', 'y')).toMatch(/^ *x +y$/);
  });

  test('ICMP says which connection it is about', () => {
    const recorder = twoHosts();
    const quoted = [...tcp({ seq: 1, flags: 'S' }).subarray(14, 42)];
    recorder.frame(0, 'server', 'client', ipv4(SERVER, CLIENT, 1, [3, 3, 0, 0, 0, 0, 0, 0, ...quoted]));
    lineWith(read(recorder), 'ICMP port unreachable', 'about TCP 49152 → 10.73.0.3:80');
  });
});
