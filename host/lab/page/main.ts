/** The page: it draws what the lab shows, and turns what is done to it into changes. */
import { ACTS, actOf } from '../acts/index.js';
import { LabError } from '../run/errors.js';
import { LANGUAGES, readLink, writeLink, type Language, type View } from '../run/link.js';
import { actTexts, conclusionText, fill, textsOf, type Texts } from '../texts/texts.js';
import { Controls } from './controls.js';
import { button, choice, el, set } from './dom.js';
import { read, save } from './files.js';
import { Hosts } from './hosts.js';
import { Inspector } from './inspector.js';
import { Lab, START } from './lab.js';
import { Ladder } from './ladder.js';

/** How often a link is written while it plays: browsers limit it. */
const LINK_MS = 500;

class Page {
  private readonly inspector: Inspector;
  private readonly controls: Controls;
  private readonly hosts: Hosts;
  private readonly ladderBox = el('div', { class: 'ladder-box', id: 'ladder', tabindex: -1 });
  private readonly story = el('section', { class: 'story' });
  private readonly ending = el('p', { class: 'ending', role: 'status' });
  private readonly message = el('p', { class: 'message', role: 'alert' });
  private ladder: Ladder | undefined;
  private texts: Texts;
  private linkedAt = 0;
  private written = '';

  constructor(
    private readonly root: HTMLElement,
    private readonly module: WebAssembly.Module,
    private readonly lab: Lab,
  ) {
    this.texts = textsOf(this.language);
    this.inspector = new Inspector(lab);
    this.controls = new Controls(lab);
    this.hosts = new Hosts(lab, this.texts);
    lab.onChange = (isNewRun) => this.changed(isNewRun);
    addEventListener('hashchange', () => this.followLink());
    addEventListener('keydown', (event) => this.key(event));
    this.build();
    const frame = (now: number): void => {
      lab.tick(now);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  say(text: string): void {
    this.message.textContent = text;
  }

  private get language(): Language {
    return this.lab.view.language ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
  }

  /** All of it: at the beginning and in another language. */
  private build(): void {
    const { texts, lab } = this;
    document.documentElement.lang = this.language === 'zh' ? 'zh-Hans' : 'en';
    document.title = `Firmshake: ${texts.title}`;
    this.controls.renew(texts);
    this.root.replaceChildren(
      el('a', { href: '#ladder', class: 'skip' }, texts.skip),
      el('header', {}, el('div', {}, el('h1', {}, texts.title), el('p', {}, texts.tagline)), this.tools()),
      el('nav', { 'aria-label': texts.ui.acts }, this.actList()),
      el(
        'main',
        {},
        el(
          'div',
          { class: 'left' },
          this.message,
          this.story,
          this.controls.element,
          this.ladderBox,
          this.inspector.element,
        ),
        el('div', { class: 'right' }, this.hosts.element),
      ),
      el('footer', {}, el('p', {}, texts.ui.keys), el('p', {}, texts.ui.about)),
    );
    this.root.querySelector('.skip')?.addEventListener('click', (event) => {
      // The fragment is the link of what is seen.
      event.preventDefault();
      this.ladderBox.focus();
    });
    lab.onChange(true);
  }

  private tools(): HTMLElement {
    const { ui } = this.texts;
    const languages = LANGUAGES.map((language) => [language, textsOf(language).language] as const);
    const file = el('input', { type: 'file', accept: '.pcapng,.fskr,.replay,application/octet-stream' });
    file.addEventListener('change', () => void this.open(file));
    const link = button(ui.link, () => void this.copyLink(link));
    return el(
      'div',
      { class: 'tools' },
      choice(ui.language, languages, this.language, (value) =>
        this.speak(LANGUAGES.find((one) => one === value) ?? 'en'),
      ),
      button('◐', () => this.turnTheme(), { 'aria-label': ui.theme, title: ui.theme }),
      button(ui.save, () => save(this.lab)),
      el('label', { class: 'file' }, ui.load, file),
      link,
      el('a', { href: './bench.html' }, this.texts.bench.title),
    );
  }

  private actList(): HTMLElement {
    const items = ACTS.map(({ id }) => {
      const { title } = actTexts(this.texts, id);
      return el(
        'li',
        {},
        button(title, () => this.openAct(id), { 'data-act': id }),
      );
    });
    return el('ol', {}, ...items);
  }

  private openAct(id: string): void {
    this.say('');
    this.lab.show({ act: id, edits: [], atMs: 0, seed: START.seed });
    this.lab.setPlaying(!prefersStillness());
    if (prefersStillness()) this.lab.goTo(this.lab.shown.endMs);
  }

  private changed(isNewRun: boolean): void {
    const { lab, texts } = this;
    const { view, shown } = lab;
    if (isNewRun || this.ladder === undefined || this.drawn !== this.drawing) this.draw();
    this.ladder?.showAt(view.atMs, view.frame);
    this.hosts.showAt(view.atMs);
    this.controls.show(texts);
    this.inspector.show(texts);
    const { conclusion } = shown;
    const ending = lab.isOver && conclusion !== undefined ? conclusionText(texts, view.act, conclusion) : '';
    if (this.ending.textContent !== ending) this.ending.textContent = ending;
    set(this.ending, { 'data-key': ending === '' ? undefined : conclusion?.key });
    if (lab.isPlaying) this.follow();
    // What somebody has done is in the link at once.
    if (isNewRun) this.linkedAt = -LINK_MS;
    this.writeLink();
  }

  private drawn = '';

  private get drawing(): string {
    const { act, seed, edits, numbers } = this.lab.view;
    return JSON.stringify([act, seed, edits, numbers, this.language, this.lab.shown.file]);
  }

  /** A new ladder, for another run or other numbers. */
  private draw(): void {
    const { lab, texts } = this;
    const { shown, view } = lab;
    this.drawn = this.drawing;
    this.ladder = new Ladder({
      trace: shown.trace,
      story: shown.story,
      numbers: view.numbers,
      texts,
      changed: new Set(view.edits.map(({ frame }) => frame)),
      onChoose: (frame) => lab.choose(frame),
    });
    this.ladderBox.replaceChildren(this.ladder.element);
    this.hosts.renew(texts);
    const title = lab.isFile ? texts.ui.captured : actTexts(texts, view.act).title;
    const lead = lab.isFile ? this.aboutFile() : actTexts(texts, view.act).lead;
    this.story.replaceChildren(el('h2', {}, title), el('p', {}, lead), this.ending);
    for (const item of this.root.querySelectorAll<HTMLElement>('nav button')) {
      const isCurrent = !lab.isFile && item.dataset['act'] === view.act;
      set(item, { 'aria-current': isCurrent ? 'true' : undefined });
    }
  }

  private aboutFile(): string {
    const { file = '', trace } = this.lab.shown;
    return fill(this.texts.ui.fileIs, { name: file, frames: trace.records.length });
  }

  /** Keeps the moment in sight while it plays. */
  private follow(): void {
    const box = this.ladderBox;
    const y = (this.ladder?.partOf(this.lab.view.atMs) ?? 0) * box.scrollHeight;
    if (y > box.scrollTop + box.clientHeight * 0.8 || y < box.scrollTop) box.scrollTop = y - box.clientHeight * 0.5;
  }

  private writeLink(): void {
    const now = performance.now();
    if (this.lab.isFile || (this.lab.isPlaying && now - this.linkedAt < LINK_MS)) return;
    const link = writeLink(this.lab.view, START);
    if (link === this.written) return;
    this.linkedAt = now;
    this.written = link;
    history.replaceState(null, '', `#${link}`);
  }

  /** Somebody has typed or chosen another link. */
  private followLink(): void {
    const text = location.hash.slice(1);
    if (text === this.written) return;
    try {
      const view = readLink(text, START);
      actOf(view.act);
      this.say('');
      this.lab.isPlaying = false;
      this.lab.show(view);
      this.speak(this.language);
    } catch (error) {
      this.say(fill(this.texts.ui.wrongLink, { reason: reasonOf(error) }));
    }
  }

  private speak(language: Language): void {
    this.texts = textsOf(language);
    this.lab.view = { ...this.lab.view, language };
    this.build();
  }

  private turnTheme(): void {
    const root = document.documentElement;
    const isDark = root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset['theme'] = isDark === 'dark' ? 'light' : 'dark';
  }

  private async copyLink(button: HTMLButtonElement): Promise<void> {
    const { ui } = this.texts;
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = ui.copied;
      setTimeout(() => (button.textContent = ui.link), 1500);
    } catch {
      // No clipboard here: the address bar has it.
      this.say(location.href);
    }
  }

  private async open(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (file === undefined) return;
    try {
      const shown = await read(this.module, file);
      this.say('');
      this.lab.showFile(shown);
    } catch (error) {
      this.say(fill(this.texts.ui.wrongFile, { name: file.name, reason: reasonOf(error) }));
    }
    input.value = '';
  }

  private key(event: KeyboardEvent): void {
    const target = event.target;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const frame = target instanceof Element ? Number(target.closest('.packet')?.getAttribute('data-frame') ?? 0) : 0;
    if (frame > 0 && this.packetKey(event.key, frame)) event.preventDefault();
    else if (this.timeKey(event.key, target instanceof HTMLButtonElement)) event.preventDefault();
  }

  private packetKey(key: string, frame: number): boolean {
    if (key === 'Enter' || key === ' ') this.lab.choose(frame);
    else if (this.lab.isFile) return false;
    else if (key === 'l' || key === 'L') this.lab.edit({ frame, kind: 'lose' });
    else if (key === 'd' || key === 'D') this.lab.edit({ frame, kind: 'duplicate' });
    else return false;
    this.root.querySelector<SVGElement>(`.packet[data-frame="${frame}"]`)?.focus();
    return true;
  }

  private timeKey(key: string, isOnButton: boolean): boolean {
    const { lab } = this;
    if (key === ' ' && !isOnButton) lab.setPlaying(!lab.isPlaying);
    else if (key === 'ArrowRight') lab.step();
    else if (key === 'ArrowLeft') lab.back();
    else if (key === 'Home') lab.goTo(0);
    else if (key === 'End') lab.goTo(lab.shown.endMs);
    else return false;
    return true;
  }
}

function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the link asks for; where it asks for nothing that there is, the first act, and why. */
function firstView(): { view: View; problem: string } {
  try {
    const view = readLink(location.hash.slice(1), START);
    actOf(view.act);
    return { view, problem: '' };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { view: START, problem: error.message };
  }
}

async function begin(): Promise<void> {
  const root = document.getElementById('lab');
  if (root === null) return;
  const texts = textsOf(navigator.language.startsWith('zh') ? 'zh' : 'en');
  try {
    const url = new URL('../../../build/lan.wasm', import.meta.url);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    const module = await WebAssembly.compile(await answer.arrayBuffer());
    const { view, problem } = firstView();
    const hasTime = new URLSearchParams(location.hash.slice(1)).has('t');
    const lab = new Lab(module, view);
    const page = new Page(root, module, lab);
    if (problem !== '') page.say(fill(texts.ui.wrongLink, { reason: problem }));
    if (hasTime) return;
    if (prefersStillness()) lab.goTo(lab.shown.endMs);
    else lab.setPlaying(true);
  } catch (error) {
    root.append(el('p', { class: 'message', role: 'alert' }, fill(texts.ui.wrongModule, { reason: reasonOf(error) })));
  }
}

void begin();
