/** The state machine of RFC 9293, Figure 5, with the states lit in which a host's connections are. */
import { set, svg } from './dom.js';

type Place = readonly [x: number, y: number];

const STATES: Readonly<Record<string, Place>> = {
  CLOSED: [150, 16],
  LISTEN: [150, 62],
  'SYN-RECEIVED': [54, 108],
  'SYN-SENT': [246, 108],
  ESTABLISHED: [150, 154],
  'FIN-WAIT-1': [54, 200],
  'CLOSE-WAIT': [246, 200],
  CLOSING: [150, 226],
  'FIN-WAIT-2': [54, 252],
  'LAST-ACK': [246, 252],
  'TIME-WAIT': [150, 284],
};

/** From, to, and what leads there. */
const ARROWS: readonly (readonly [string, string, string])[] = [
  ['CLOSED', 'LISTEN', 'passive OPEN'],
  ['CLOSED', 'SYN-SENT', 'active OPEN: send SYN'],
  ['LISTEN', 'SYN-RECEIVED', 'receive SYN: send SYN,ACK'],
  ['SYN-SENT', 'SYN-RECEIVED', 'receive SYN: send SYN,ACK'],
  ['SYN-RECEIVED', 'ESTABLISHED', 'receive ACK of SYN'],
  ['SYN-SENT', 'ESTABLISHED', 'receive SYN,ACK: send ACK'],
  ['SYN-RECEIVED', 'FIN-WAIT-1', 'CLOSE: send FIN'],
  ['ESTABLISHED', 'FIN-WAIT-1', 'CLOSE: send FIN'],
  ['ESTABLISHED', 'CLOSE-WAIT', 'receive FIN: send ACK'],
  ['FIN-WAIT-1', 'FIN-WAIT-2', 'receive ACK of FIN'],
  ['FIN-WAIT-1', 'CLOSING', 'receive FIN: send ACK'],
  ['CLOSE-WAIT', 'LAST-ACK', 'CLOSE: send FIN'],
  ['FIN-WAIT-2', 'TIME-WAIT', 'receive FIN: send ACK'],
  ['CLOSING', 'TIME-WAIT', 'receive ACK of FIN'],
  ['LAST-ACK', 'CLOSED', 'receive ACK of FIN'],
];

const [WIDTH, HEIGHT] = [92, 22];

export class Machine {
  readonly element: SVGSVGElement;
  private readonly boxes = new Map<string, { box: SVGGElement; count: SVGTextElement }>();
  private readonly label: string;

  constructor(label: string) {
    this.label = label;
    this.element = svg('svg', { class: 'machine', viewBox: '0 0 300 302', role: 'img' });
    for (const [from, to, cause] of ARROWS) this.drawArrow(from, to, cause);
    for (const [name, [x, y]] of Object.entries(STATES)) this.drawState(name, x, y);
  }

  /** How many connections are in which state. */
  show(states: readonly string[]): void {
    const counts = new Map<string, number>();
    for (const state of states.length === 0 ? ['CLOSED'] : states) counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [name, { box, count }] of this.boxes) {
      const times = counts.get(name) ?? 0;
      box.classList.toggle('lit', times > 0);
      count.textContent = times > 1 ? `×${times}` : '';
    }
    const words = [...counts].map(([name, times]) => (times > 1 ? `${name} ×${times}` : name));
    set(this.element, { 'aria-label': `${this.label}: ${words.join(', ')}` });
  }

  private drawState(name: string, x: number, y: number): void {
    const count = svg('text', { class: 'count', x: x - WIDTH / 2 + 2, y: y - 14 });
    const box = svg(
      'g',
      { class: 'state', 'data-state': name },
      svg('rect', { x: x - WIDTH / 2, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: 6 }),
      svg('text', { x, y: y + 4 }, name),
      count,
    );
    this.boxes.set(name, { box, count });
    this.element.append(box);
  }

  private drawArrow(from: string, to: string, cause: string): void {
    const [x1, y1] = edgeOf(from, to);
    const [x2, y2] = edgeOf(to, from);
    const isAround = from === 'LAST-ACK';
    const path = isAround ? `M${x1 + 20},${y1} C310,200 320,20 ${x2 + 10},${y2}` : `M${x1},${y1} L${x2},${y2}`;
    const angle = isAround ? 180 : (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    const end = isAround ? `${x2 + 2} ${y2}` : `${x2} ${y2}`;
    this.element.append(
      svg(
        'g',
        { class: 'arrow' },
        svg('title', {}, `${from} → ${to}: ${cause}`),
        svg('path', { class: 'line', d: path }),
        svg('path', { class: 'tip', d: 'M0,0 L-6,-3 L-6,3 Z', transform: `translate(${end}) rotate(${angle})` }),
      ),
    );
  }
}

/** Where the line to another state leaves a state's box. */
function edgeOf(name: string, other: string): Place {
  const [x, y] = STATES[name] ?? [0, 0];
  const [toX, toY] = STATES[other] ?? [0, 0];
  if (name === 'CLOSED' && other === 'LAST-ACK') return [x + WIDTH / 2, y];
  const [dx, dy] = [toX - x, toY - y];
  const scale = Math.min(
    dx === 0 ? Infinity : WIDTH / 2 / Math.abs(dx),
    dy === 0 ? Infinity : HEIGHT / 2 / Math.abs(dy),
  );
  return [x + dx * scale, y + dy * scale];
}
