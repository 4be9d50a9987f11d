import { describe, expect, test } from 'vitest';
import { PORT } from '../simulation/world.js';
import { follow } from './checker/follow.js';
import { readFile, readRules } from './checker/rules.js';
import type { Step } from './checker/step.js';
import { plain, stormy, strange, world } from './runs.js';

const RULES = readRules();

type Sent = Extract<Step, { kind: 'sends' }>;

/** The first segment of a run that a host sends with these flags. */
function sending(steps: readonly Step[], host: string, flags: string): Sent {
  const found = steps.find(
    (step): step is Sent => step.kind === 'sends' && step.host === host && step.segment.flags === flags,
  );
  if (found === undefined) throw new Error(`${host} sends no ${flags}`);
  return found;
}

/** A run of which one thing is not true. */
const FORGERIES: { what: string; forge: (steps: Step[]) => void; why: RegExp }[] = [
  {
    what: 'a SYN-ACK of another SYN',
    forge: (steps) => (sending(steps, 'server', 'SYN,ACK').segment.ack += 1),
    why: /may not send <SYN,ACK/,
  },
  {
    what: 'a third packet with another number',
    forge: (steps) => (sending(steps, 'client', 'ACK').segment.seq += 1),
    why: /may not send <ACK/,
  },
  {
    what: 'a third packet that is not sent',
    forge: (steps) => steps.splice(steps.indexOf(sending(steps, 'client', 'ACK')), 1),
    why: /it has not answered/,
  },
  {
    what: 'a RST that is not what the segment acknowledged',
    forge: (steps) => (sending(steps, 'server', 'RST').segment.seq += 1),
    why: /may not send <RST/,
  },
  {
    what: 'a SYN that no app has asked for',
    forge: (steps) =>
      steps.splice(
        steps.findIndex(({ kind }) => kind === 'connects'),
        1,
      ),
    why: /may not send <SYN/,
  },
  {
    what: 'a server that is ESTABLISHED before the third packet has come',
    forge: (steps) => {
      const at = steps.indexOf(sending(steps, 'server', 'SYN,ACK')) + 1;
      const { tuple, host, timeMs } = sending(steps, 'server', 'SYN,ACK');
      steps.splice(at, 0, { timeMs, host, tuple, kind: 'state', state: 'ESTABLISHED' });
    },
    why: /is not ESTABLISHED: SYN_RECEIVED/,
  },
  {
    what: 'a client that stays ESTABLISHED when the RST has come',
    forge: (steps) => {
      const closed = steps.find((step) => step.kind === 'state' && step.state === 'CLOSED');
      Object.assign(closed ?? {}, { state: 'ESTABLISHED' });
    },
    why: /is not ESTABLISHED: CLOSED/,
  },
  {
    what: 'data that acknowledges what was never received',
    forge: (steps) => {
      const data = steps.find((step): step is Sent => step.kind === 'sends' && step.segment.length > 0);
      if (data !== undefined) data.segment.ack += 100;
    },
    why: /may not send <ACK/,
  },
];

describe('what the core does is what the model allows', () => {
  test('a handshake without faults, step by step', () => {
    const { lan, client, server, steps } = world(1);
    server.listen(PORT);
    client.connect(server, PORT);
    lan.for(100);
    const { refused, rules } = follow(RULES, steps);
    expect(refused).toBeUndefined();
    expect([...rules.keys()]).toEqual(['listen_syn', 'syn_sent_syn_ack', 'syn_received_ack']);
  });

  test('600 runs with faults, reboots, aborts, replays of old segments, and strangers', () => {
    const used = new Map<string, number>();
    let [checked, beyond] = [0, 0];
    for (let seed = 1; seed <= 600; seed++) {
      const steps = seed % 2 === 0 ? stormy(seed) : strange(seed);
      const followed = follow(RULES, steps);
      const at = followed.refused?.index ?? 0;
      const story = steps.slice(Math.max(0, at - 25), at + 1).map((step) => JSON.stringify(step));
      expect(followed.refused, `seed ${seed}\n${story.join('\n')}`).toBeUndefined();
      for (const [rule, times] of followed.rules) used.set(rule, (used.get(rule) ?? 0) + times);
      checked += followed.checked;
      beyond += followed.beyond;
    }
    const table = [...used].sort(([, a], [, b]) => b - a).map(([rule, times]) => `${rule} ${times}`);
    console.log(`model: 600 runs, ${checked} steps checked, ${beyond} beyond the first FIN; ${table.join(', ')}`);
    // Runs in which a rule is never met say nothing of it.
    const met = new Set([...used.keys()].flatMap((rule) => rule.split(', ')));
    const names = Object.values(RULES.arrives).flatMap((rules) => rules.map(({ name }) => name));
    expect(names.filter((name) => !met.has(name))).toEqual([]);
  });
});

describe('what the model does not allow is refused', () => {
  test('not the run itself', () => {
    expect(follow(RULES, plain()).refused).toBeUndefined();
  });

  test.for(FORGERIES)('$what', ({ forge, why }) => {
    const steps = structuredClone(plain());
    forge(steps);
    expect(follow(RULES, steps).refused?.why).toMatch(why);
  });

  test('an initial sequence number that a host draws for the second time', () => {
    const steps = structuredClone(plain());
    const first = steps.filter((step) => step.host === 'client');
    // The client forgets everything and does the same again, to the number.
    const later = structuredClone(first).map((step) => ({ ...step, timeMs: step.timeMs + 10_000 }));
    const again: Step[] = [...first, { timeMs: 10_000, host: 'client', kind: 'reboots' }, ...later];
    const { refused } = follow(RULES, again);
    expect(refused?.index).toBeGreaterThan(first.length);
    expect(refused?.why).toMatch(/may not send <SYN/);
  });
});

describe('the checker has no opinion of its own: its rules are those that spin has searched', () => {
  const edited = (from: string, to: string): ReturnType<typeof readRules> => {
    const texts = ['closed', 'listen', 'syn-sent', 'syn-received', 'established'].map((name) =>
      readFile(`${name}.pml`),
    );
    expect(texts.filter((text) => text.includes(from))).toHaveLength(1);
    return readRules((file) => readFile(file).replace(from, to));
  };

  test.for([
    ['RULE(closed_ack, ACK, send_rst(SEG_ACK))', 'RULE(closed_ack, ACK, ignore())'],
    [
      'RULE(listen_syn, SYN, draw(); hear(); become(SYN_RECEIVED)',
      'RULE(listen_syn, SYN, draw(); hear(); become(ESTABLISHED)',
    ],
    ['RULE(syn_received_stale_ack, SEG_ACK != SND_NXT, send_rst(SEG_ACK))', ''],
    ['RULE(syn_sent_stale_ack, ACK && SEG_ACK != SND_NXT, send_rst(SEG_ACK))', ''],
    ['RULE(established_rst, RST && SEG_SEQ == RCV_NXT, forget())', ''],
    [
      'RULE(established_blind_rst, !IN_WINDOW && RST, ignore())',
      'RULE(established_blind_rst, !IN_WINDOW && RST, forget())',
    ],
  ] as const)('with another rule than %s the same runs are refused', ([from, to]) => {
    const rules = edited(from, to);
    const isRefused = (seed: number): boolean =>
      follow(rules, seed % 2 === 0 ? stormy(seed) : strange(seed)).refused !== undefined;
    expect(Array.from({ length: 100 }, (_, index) => index + 1).some(isRefused)).toBe(true);
  });

  test('a rule that it does not understand is not passed over', () => {
    expect(() => edited('RULE(listen_rst, RST, ignore())', 'RULE(listen_rst, RST >= 1, ignore())')).toThrow(
      SyntaxError,
    );
  });
});
