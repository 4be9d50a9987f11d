/** The hosts' insides: states, connections, pools as cells, and the one timer. */
import type { ConnectionView, HostPicture, PoolView } from '../run/picture.js';
import type { Lab } from './lab.js';
import { momentAt } from '../run/run.js';
import { fill, type Texts } from '../texts/texts.js';
import { el, set } from './dom.js';
import { Machine } from './machine.js';

/** What a row of the table has room for. */
const MOST_ROWS = 8;

export class Hosts {
  readonly element = el('div', { class: 'hosts' });
  private panels: HostPanel[] = [];

  constructor(
    private readonly lab: Lab,
    private texts: Texts,
  ) {}

  /** Another run, or another language. */
  renew(texts: Texts): void {
    this.texts = texts;
    const { moments, trace } = this.lab.shown;
    this.panels = (moments[0]?.hosts ?? []).map((host) => {
      const address = trace.hosts.find(({ id }) => id === host.name)?.address ?? '';
      return new HostPanel(host, address, this.lab, texts);
    });
    this.element.replaceChildren(...this.panels.map(({ element }) => element));
  }

  showAt(atMs: number): void {
    const hosts = momentAt(this.lab.shown.moments, atMs)?.hosts ?? [];
    this.panels.forEach((panel, index) => {
      const host = hosts[index];
      if (host !== undefined) panel.show(host, atMs);
    });
  }
}

class HostPanel {
  readonly element: HTMLElement;
  private readonly machine: Machine;
  private readonly rows = el('tbody');
  private readonly timer = el('p', { class: 'timer' });
  private readonly pools: { key: keyof HostPicture['pools']; cells: Cells }[];
  private shown: HostPicture | undefined;
  private shownNumbers = '';

  constructor(
    host: HostPicture,
    private readonly address: string,
    private readonly lab: Lab,
    private readonly texts: Texts,
  ) {
    const { ui } = texts;
    this.machine = new Machine(`${host.name}, ${ui.machine}`);
    this.pools = (['halfOpen', 'connections', 'timeWait'] as const)
      .filter((key) => host.pools[key].size > 0)
      .map((key) => ({ key, cells: new Cells(ui[key], host.pools[key].size, texts) }));
    const head = ['', 'SND.UNA', 'SND.NXT', 'RCV.NXT'].map((text) => el('th', { scope: 'col' }, text));
    this.element = el(
      'section',
      { class: host.isToy ? 'host toy' : 'host', 'aria-label': host.name },
      el('h3', {}, host.name, ' ', el('small', {}, host.isToy ? ui.toy : address)),
      this.machine.element,
      this.timer,
      ...this.pools.map(({ cells }) => cells.element),
      el('table', {}, el('thead', {}, el('tr', {}, ...head)), this.rows),
    );
    if (host.isToy) this.timer.remove();
  }

  show(host: HostPicture, atMs: number): void {
    this.showTimer(host.timerMs, atMs);
    const { numbers } = this.lab.view;
    if (host === this.shown && numbers === this.shownNumbers) return;
    this.shown = host;
    this.shownNumbers = numbers;
    this.machine.show(host.connections.map(({ state }) => state));
    for (const { key, cells } of this.pools) cells.show(host.pools[key]);
    const rows = host.connections.slice(0, MOST_ROWS).map((one) => this.row(one, atMs));
    const more = host.connections.length - MOST_ROWS;
    if (more > 0) rows.push(el('tr', {}, el('td', { colspan: 4 }, `… +${more}`)));
    this.rows.replaceChildren(...rows);
  }

  private showTimer(timerMs: number | undefined, atMs: number): void {
    const { ui } = this.texts;
    const text = timerMs === undefined ? ui.noTimer : fill(ui.timer, { ms: Math.max(0, timerMs - atMs).toFixed(0) });
    if (this.timer.textContent !== text) this.timer.textContent = text;
    set(this.timer, { 'data-armed': timerMs !== undefined });
  }

  private row(connection: ConnectionView, atMs: number): HTMLTableRowElement {
    const { remote, localPort, state } = connection;
    const peer = remote === undefined ? '' : ` ⇄ ${remote.address}:${remote.port}`;
    const isRelative = this.lab.view.numbers === 'relative';
    const numbers = this.lab.shown.initial.numbersOf(this.address, connection, atMs, isRelative);
    const name = el('th', { scope: 'row' }, state, el('small', {}, `:${localPort}${peer}`));
    return el('tr', {}, name, ...[0, 1, 2].map((index) => el('td', {}, numbers[index] ?? '')));
  }
}

/** A pool: a cell for each entry. */
class Cells {
  readonly element: HTMLElement;
  private readonly cells: HTMLElement[];

  constructor(
    private readonly name: string,
    size: number,
    private readonly texts: Texts,
  ) {
    this.cells = Array.from({ length: size }, () => el('i'));
    this.element = el('div', { class: 'pool', role: 'img' }, el('span', {}, name), el('b', {}, ...this.cells));
  }

  show({ used, size }: PoolView): void {
    this.cells.forEach((cell, index) => cell.classList.toggle('used', index < used));
    set(this.element, { 'aria-label': `${this.name}: ${fill(this.texts.ui.used, { used, size })}` });
  }
}
