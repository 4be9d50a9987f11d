/** The three packets: whole, and with one of them lost. */
import type { Act } from '../run/act.js';
import { Pair } from './pair.js';

/** Nothing is lost. */
const prepareWhole: Act['prepare'] = (stage) => {
  const pair = new Pair(stage);
  return () => {
    pair.begin();
    return () => pair.conclude();
  };
};

export const plain: Act = { id: 'plain', lastsMs: 50, prepare: prepareWhole };
export const both: Act = { id: 'both', lastsMs: 50, prepare: prepareWhole };

/** The first packet with exactly these flags is lost. */
function lost(id: string, flags: string): Act {
  return {
    id,
    lastsMs: 3_500,
    prepare: (stage) => {
      const pair = new Pair(stage);
      return () => {
        stage.lan.lose({ flags, nth: 1 });
        pair.begin();
        return () => pair.conclude();
      };
    },
  };
}

export const lostFirst = lost('lost-first', 'SYN');
export const lostSecond = lost('lost-second', 'SYN,ACK');
export const lostThird = lost('lost-third', 'ACK');
