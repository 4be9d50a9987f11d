/** Play, step, the time, and what a run hangs on. */
import { writeEdits } from '../run/edit.js';
import { NUMBERS } from '../run/link.js';
import type { Texts } from '../texts/texts.js';
import { button, choice, el, set } from './dom.js';
import type { Lab } from './lab.js';

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
/** Steps of the slider: so fine that none is seen. */
const STEPS = 2000;
const MOST_SEED = 0xffff_ffff;

export class Controls {
  readonly element = el('div', { class: 'controls', role: 'group' });
  private play = el('button');
  private slider = el('input');
  private clock = el('output');
  private changes = el('p');
  private undo = el('button');

  constructor(private readonly lab: Lab) {}

  /** Another language. */
  renew(texts: Texts): void {
    const { lab } = this;
    const { ui } = texts;
    this.play = button('', () => lab.setPlaying(!lab.isPlaying), { class: 'play' });
    this.slider = el('input', { type: 'range', min: 0, max: STEPS, 'aria-label': ui.time });
    this.slider.addEventListener('input', () => {
      const { story } = lab.shown;
      lab.goTo(story.timeOf((this.slider.valueAsNumber / STEPS) * story.seconds));
    });
    this.clock = el('output', { class: 'clock' });
    this.changes = el('p', { class: 'changes' });
    this.undo = button(ui.undo, () => lab.show({ edits: [] }));
    const seed = el('input', { type: 'number', min: 0, max: MOST_SEED, value: lab.view.seed });
    seed.addEventListener('change', () => {
      const value = seed.valueAsNumber;
      if (Number.isInteger(value) && value >= 0 && value <= MOST_SEED) lab.show({ seed: value, edits: [] });
      else seed.value = String(lab.view.seed);
    });
    const speeds = SPEEDS.map((speed) => [String(speed), `${speed}×`] as const);
    const numbers = NUMBERS.map((name) => [name, ui[name]] as const);
    this.element.replaceChildren(
      icon('⇤', ui.start, () => lab.goTo(0)),
      icon('←', ui.back, () => lab.back()),
      this.play,
      icon('→', ui.step, () => lab.step()),
      icon('⇥', ui.end, () => lab.goTo(lab.shown.endMs)),
      this.slider,
      this.clock,
      choice(ui.speed, speeds, String(lab.speed), (value) => (lab.speed = Number(value))),
      choice(ui.numbers, numbers, lab.view.numbers, (value) => {
        lab.show({ numbers: NUMBERS.find((name) => name === value) ?? lab.view.numbers });
      }),
      el('label', { class: 'choice' }, el('span', {}, ui.seed), seed),
      el('div', { class: 'edits' }, el('b', {}, ui.changes), this.changes, this.undo),
    );
    this.show(texts);
  }

  show({ ui }: Texts): void {
    const { lab } = this;
    const { story } = lab.shown;
    const label = lab.isPlaying ? ui.pause : ui.play;
    if (this.play.textContent !== label) this.play.textContent = label;
    const place = story.seconds === 0 ? 0 : story.placeOf(lab.view.atMs) / story.seconds;
    this.slider.value = String(Math.round(place * STEPS));
    const time = `${lab.view.atMs.toFixed(3)} ms`;
    this.clock.textContent = time;
    set(this.slider, { 'aria-valuetext': time });
    const words = writeEdits(lab.view.edits).replaceAll(',', ', ');
    this.changes.textContent = words === '' ? ui.none : words;
    set(this.undo, { hidden: words === '' });
  }
}

function icon(sign: string, label: string, action: () => void): HTMLButtonElement {
  return button(sign, action, { 'aria-label': label, title: label, class: 'icon' });
}
