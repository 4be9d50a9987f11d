/** A deliberate defect in the territory of each invariant: some seed finds it, and it is that invariant which says so. */
import { describe, expect, test } from 'vitest';
import {
  coreSource,
  failureText,
  invariants,
  MODULE_NAMES,
  runSeed,
  shrink,
  type Failure,
  type Invariant,
  type Modules,
  type RunObserver,
} from '../../../host/simulation/index.js';
import { mutated, type Edit } from '../../support/mutated.js';

const TIMEOUT_MS = 120_000;
const MOST_SEEDS = 400;

interface Defect extends Edit {
  invariant: string;
  what: string;
}

const DEFECTS: readonly Defect[] = [
  {
    invariant: 'agreement',
    what: 'who has accepted takes the peer’s initial sequence number for one more than it is',
    file: 'tcp/handshake/admit.ts',
    from: 'beginReceiving(connection, irs, mss);',
    to: 'beginReceiving(connection, irs + 1, mss);',
  },
  {
    invariant: 'accepted',
    what: 'the third packet need not acknowledge our number',
    file: 'tcp/arrives/syn-received.ts',
    from: 'if (arrived.acknowledgment != sendNext) {',
    to: 'if (false) {',
  },
  {
    invariant: 'bytes',
    what: 'data that arrives out of order is put a byte too far',
    file: 'tcp/data/rings.ts',
    from: 'connection.receiveQueued, RX_RING) + offset, RX_RING);',
    to: 'connection.receiveQueued, RX_RING) + offset + (offset != 0 ? 1 : 0), RX_RING);',
  },
  {
    invariant: 'told',
    what: 'nobody is told of an end',
    file: 'tcp/end.ts',
    from: 'tell(connection, kind);',
    to: '',
  },
  {
    invariant: 'pools',
    what: 'what is given back is counted twice',
    file: 'pool/pool.ts',
    from: 'use.used -= 1;',
    to: 'use.used -= use.used > 1 ? 2 : 1;',
  },
  {
    invariant: 'statistics',
    what: 'drops are not counted',
    file: 'statistics.ts',
    from: 'store<u32>(counter, load<u32>(counter) + 1);',
    to: '',
  },
  {
    invariant: 'deadline',
    what: 'half-open entries are left out of the deadline',
    file: 'core/deadline.ts',
    from: 'if (half !== null) least = min(least, <i32>(half.due - now));',
    to: 'if (half !== null && <i32>(half.due - now) > 4000) least = min(least, <i32>(half.due - now));',
  },
  {
    invariant: 'stuck',
    what: 'what is not acknowledged is sent once more, and never again',
    file: 'tcp/timeouts/connection.ts',
    from: '  connection.set(Flag.FORCED);\n  makeReady(connection);',
    to: '  if (connection.retransmissions < 2) {\n    connection.set(Flag.FORCED);\n    makeReady(connection);\n  }',
  },
  {
    invariant: 'trap',
    what: 'a FIN in the window of an open connection is a trap',
    file: 'tcp/arrives/data.ts',
    from: '  // It needs no room, so it is taken at the edge of the window as well.',
    to: '  if (state == State.FIN_WAIT_2) unreachable();',
  },
];

/** All hosts run this one. */
async function everywhere(edit: Edit): Promise<Modules> {
  const module = await WebAssembly.compile(await mutated(edit));
  return Object.fromEntries(MODULE_NAMES.map((name) => [name, module])) as unknown as Modules;
}

/** Of this invariant alone: the others may see the same defect sooner. */
function firstFailure(modules: Modules, invariant: string): { seed: number; failure: Failure } | undefined {
  const cores = coreSource(modules);
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const { failure } = runSeed(seed, { cores: cores(), ...only(invariant) });
    if (failure !== undefined) return { seed, failure };
  }
  return undefined;
}

function only(name: string): { invariants: Invariant[]; observers: RunObserver[] } {
  const { all, cookies } = invariants();
  return { invariants: all.filter((one) => one.name === name), observers: [cookies] };
}

describe('a core with one thing wrong is found out, by the invariant that it breaks', () => {
  test.for(DEFECTS)('$invariant: $what', { timeout: TIMEOUT_MS }, async ({ invariant, ...edit }) => {
    const found = firstFailure(await everywhere(edit), invariant);
    expect(found, `no seed of ${MOST_SEEDS}`).toBeDefined();
    console.log(`${invariant}: seed ${found?.seed}: ${found?.failure.message}`);
    expect(found?.failure.invariant).toBe(invariant);
  });
});

describe('a failure is shrunk', () => {
  test('to the few acts that it takes, and it still fails the same way', { timeout: TIMEOUT_MS }, async () => {
    const invariant = 'bytes';
    const defect = DEFECTS.find((one) => one.invariant === invariant);
    if (defect === undefined) throw new Error('there is no such defect');
    const modules = await everywhere(defect);
    const found = firstFailure(modules, invariant);
    if (found === undefined) throw new Error('it is not found');
    const cores = coreSource(modules);
    const { plan, told } = runSeed(found.seed, { cores: cores() });
    const short = shrink({ plan, told, failure: found.failure, runWith: () => ({ cores: cores() }) });
    expect(short?.outcome.failure?.invariant).toBe(invariant);
    // Somebody talks to somebody, and something is lost: hardly more.
    expect(short?.plan.acts.length).toBeLessThan(plan.acts.length / 3);
    const text = failureText(found.seed, found.failure, short?.plan ?? plan, short?.told ?? told);
    console.log(text);
    expect(text).toMatch(new RegExp(`^seed ${found.seed}: ${invariant} at h\\d+, after \\d+ ms: `));
    expect(text).toContain(`again: firmshake simulate --seed ${found.seed} --pcap FILE`);
  });
});
