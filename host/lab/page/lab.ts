/** What the page shows, and what changes it. The page draws it; nothing here knows of elements. */
import type { Trace } from '../../trace/index.js';
import { actOf } from '../acts/index.js';
import type { Conclusion } from '../run/act.js';
import { withEdit, withoutEdits, type Edit } from '../run/edit.js';
import { InitialNumbers } from '../run/initial.js';
import type { View } from '../run/link.js';
import { play, type Moment } from '../run/run.js';
import { Story } from '../run/story.js';

/** What is on the stage: an act's run, or what a file has. */
export interface Shown {
  trace: Trace;
  moments: readonly Moment[];
  story: Story;
  initial: InitialNumbers;
  endMs: number;
  /** Absent: a file, which ends as it ends. */
  conclusion?: Conclusion;
  /** The name of the file. */
  file?: string;
}

export const START: View = { act: 'plain', seed: 1, edits: [], atMs: 0, numbers: 'relative' };

export class Lab {
  view: View;
  shown: Shown;
  isPlaying = false;
  speed = 1;
  /** Called when anything has changed; `isNewRun`: not only the time. */
  onChange: (isNewRun: boolean) => void = () => undefined;
  private last = 0;

  constructor(
    private readonly module: WebAssembly.Module,
    view: View,
  ) {
    this.view = view;
    this.shown = this.played();
    this.view = { ...view, atMs: Math.min(view.atMs, this.shown.endMs) };
  }

  /** Shows something else: an act, a seed, changes, or a time. */
  show(part: Partial<View>): void {
    const before = this.view;
    const view = { ...before, ...part };
    const isNewRun = view.act !== before.act || view.seed !== before.seed || view.edits !== before.edits;
    if (view.act !== before.act) delete view.frame;
    this.view = view;
    if (isNewRun) this.shown = this.played();
    this.view.atMs = Math.min(this.view.atMs, this.shown.endMs);
    this.onChange(isNewRun);
  }

  showFile(shown: Shown): void {
    this.shown = shown;
    this.isPlaying = false;
    this.view = { ...this.view, atMs: shown.endMs, edits: [] };
    delete this.view.frame;
    this.onChange(true);
  }

  choose(frame: number | undefined): void {
    this.isPlaying = false;
    const view = { ...this.view };
    delete view.frame;
    this.view = frame === undefined ? view : { ...view, frame };
    this.onChange(false);
  }

  /** Somebody has a hand in: time goes back to when the frame was sent, and on from there. */
  edit(edit: Edit): void {
    this.hasHand(edit.frame, withEdit(this.view.edits, edit));
  }

  restore(frame: number): void {
    this.hasHand(frame, withoutEdits(this.view.edits, frame));
  }

  get isFile(): boolean {
    return this.shown.file !== undefined;
  }

  get isOver(): boolean {
    return this.view.atMs >= this.shown.endMs;
  }

  setPlaying(isPlaying: boolean): void {
    this.isPlaying = isPlaying;
    this.last = 0;
    if (isPlaying && this.isOver) this.view = { ...this.view, atMs: 0 };
    this.onChange(false);
  }

  /** A frame of the screen, `now` in ms. */
  tick(now: number): void {
    if (!this.isPlaying) return;
    const seconds = this.last === 0 ? 0 : Math.min((now - this.last) / 1000, 0.1);
    this.last = now;
    const { story, endMs } = this.shown;
    const atMs = story.timeOf(story.placeOf(this.view.atMs) + seconds * this.speed);
    this.view = { ...this.view, atMs: Math.min(atMs, endMs) };
    if (this.isOver) this.isPlaying = false;
    this.onChange(false);
  }

  step(): void {
    this.goTo(this.shown.story.after(this.view.atMs));
  }

  back(): void {
    this.goTo(this.shown.story.before(this.view.atMs));
  }

  goTo(atMs: number): void {
    this.isPlaying = false;
    this.show({ atMs });
  }

  private hasHand(frame: number, edits: Edit[]): void {
    const sent = framesOf(this.shown.trace)[frame - 1];
    this.isPlaying = true;
    this.last = 0;
    this.show({ edits, frame, atMs: sent?.at ?? this.view.atMs });
  }

  private played(): Shown {
    const act = actOf(this.view.act);
    const run = play(this.module, act, this.view.seed, this.view.edits);
    return { ...run, story: new Story(run.trace, run.endMs), initial: new InitialNumbers(run.trace) };
  }
}

/** The frames that hosts have sent, in order: the first is number 1 of an edit. */
export function framesOf(trace: Trace) {
  return trace.records.filter((record) => record.kind === 'frame').filter(({ duplicate }) => duplicate !== true);
}
