/** One frame: what it is, its bytes and fields, and what can be done to it on its way. */
import type { FrameRecord } from '../../trace/index.js';
import { MOST_DELAY_MS, FORGED_FIELDS, type Edit, type ForgedField } from '../run/edit.js';
import { fieldsOf, type Field } from '../run/fields.js';
import { fill, type Texts } from '../texts/texts.js';
import { button, choice, el, set } from './dom.js';
import { framesOf, type Lab } from './lab.js';

/** What a delay and a forgery start from: late enough to come after a retransmission, and one too many. */
const DELAY_MS = 1500;
const ADDED = 1;
const BYTES_IN_ROW = 16;

export class Inspector {
  readonly element = el('section', { class: 'inspector' });
  private shown = '';

  constructor(private readonly lab: Lab) {}

  show(texts: Texts): void {
    const { frame } = this.lab.view;
    const record = frame === undefined ? undefined : framesOf(this.lab.shown.trace)[frame - 1];
    const edits = this.lab.view.edits.filter((edit) => edit.frame === frame);
    const key = JSON.stringify([frame, texts.language, edits, this.lab.view.act, this.lab.view.seed, this.lab.isFile]);
    // It has inputs: they are not to be made anew while somebody types.
    if (key === this.shown) return;
    this.shown = key;
    set(this.element, { 'aria-label': texts.ui.packet });
    if (frame === undefined || record === undefined) {
      this.element.replaceChildren(el('h2', {}, texts.ui.packet), el('p', {}, texts.ui.noPacket));
      return;
    }
    this.element.replaceChildren(
      el('h2', {}, `${texts.ui.packet} ${frame}`),
      el('p', {}, wayOf(record, texts)),
      ...(this.lab.isFile ? [] : [this.actions(frame, edits, texts)]),
      bytesOf(record, texts),
    );
  }

  private actions(frame: number, edits: readonly Edit[], texts: Texts): HTMLElement {
    const { lab } = this;
    const { ui } = texts;
    const delay = el('input', { type: 'number', min: 1, max: MOST_DELAY_MS, value: DELAY_MS, 'aria-label': 'ms' });
    const delays = (): void => {
      const byMs = Math.round(delay.valueAsNumber);
      if (byMs >= 1 && byMs <= MOST_DELAY_MS) lab.edit({ frame, kind: 'delay', byMs });
      else delay.focus();
    };
    const restore = button(ui.restore, () => lab.restore(frame), { disabled: edits.length === 0 });
    return el(
      'div',
      { class: 'actions' },
      button(ui.lose, () => lab.edit({ frame, kind: 'lose' }), { 'data-action': 'lose' }),
      button(ui.duplicate, () => lab.edit({ frame, kind: 'duplicate' }), { 'data-action': 'duplicate' }),
      el('span', { class: 'group' }, button(ui.delay, delays, { 'data-action': 'delay' }), delay, ' ms'),
      this.forgery(frame, texts),
      restore,
    );
  }

  private forgery(frame: number, texts: Texts): HTMLElement {
    const { ui } = texts;
    let field: ForgedField = 'acknowledgment';
    const value = el('input', { type: 'number', min: 0, max: 0xffff_ffff, value: ADDED, 'aria-label': ui.value });
    const how = el('span', {}, ui.by);
    const options = FORGED_FIELDS.map((name) => [name, texts.fields[name]] as const);
    const list = choice(ui.forge, options, field, (chosen) => {
      field = FORGED_FIELDS.find((name) => name === chosen) ?? field;
      how.textContent = field === 'flags' || field === 'window' ? ui.to : ui.by;
    });
    const forges = (): void => {
      const number = value.valueAsNumber;
      if (Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff) {
        this.lab.edit({ frame, kind: 'forge', field, value: number });
      } else {
        value.focus();
      }
    };
    return el('span', { class: 'group' }, list, how, value, button(ui.apply, forges, { 'data-action': 'forge' }));
  }
}

function wayOf(record: FrameRecord, { ui }: Texts): string {
  const at = record.at.toFixed(3);
  const words = [fill(ui.sentAt, { at, from: record.from })];
  if (record.lost !== undefined) words.push(ui.lost);
  else if (record.arrivesAt !== undefined) words.push(fill(ui.arrivesAt, { at: record.arrivesAt.toFixed(3) }));
  if (record.corrupted !== undefined) words.push(ui.forgedMark);
  if (record.dropped !== undefined) words.push(fill(ui.dropped, { reason: record.dropped }));
  return words.join(' · ');
}

/** Fields and bytes side by side; a field that is pointed at shows its bytes. */
function bytesOf(record: FrameRecord, { ui }: Texts): HTMLElement {
  const bytes = record.corrupted ?? record.bytes;
  const cells = Array.from(bytes, (byte) => el('i', {}, byte.toString(16).padStart(2, '0')));
  const rows = fieldsOf(bytes).map((field) => rowOf(field, cells));
  const lines = Array.from({ length: Math.ceil(cells.length / BYTES_IN_ROW) }, (_, line) => {
    const at = line * BYTES_IN_ROW;
    const offset = el('small', {}, at.toString(16).padStart(4, '0'));
    return el('div', {}, offset, ...cells.slice(at, at + BYTES_IN_ROW));
  });
  return el(
    'div',
    { class: 'bytes' },
    el('div', { class: 'hex', tabindex: 0, role: 'group', 'aria-label': ui.bytes }, ...lines),
    el(
      'div',
      { class: 'fields', tabindex: 0, role: 'group', 'aria-label': ui.field },
      el('table', {}, el('tbody', {}, ...rows)),
    ),
  );
}

function rowOf({ layer, name, at, bytes, value }: Field, cells: readonly HTMLElement[]): HTMLTableRowElement {
  const own = cells.slice(at, at + bytes);
  for (const cell of own) cell.dataset['layer'] = layer;
  const row = el('tr', { 'data-layer': layer }, el('th', { scope: 'row' }, name), el('td', {}, value));
  const light = (isLit: boolean) => () => own.forEach((cell) => cell.classList.toggle('lit', isLit));
  row.addEventListener('pointerenter', light(true));
  row.addEventListener('pointerleave', light(false));
  return row;
}
