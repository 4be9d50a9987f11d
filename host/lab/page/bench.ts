/** The bench: a second board, whose TCP is its vendor's, tries a Firmshake board. */
import { isRight, runBench, timesOf, type BenchResult, type TrialResult } from '../../bench/bench.js';
import { TRIALS, USUAL } from '../../bench/trials.js';
import { parseAddress } from '../../core/index.js';
import peerSource from '../../../boards/espruino/peer.js?raw';
import { EspruinoPeer } from '../bench/espruino.js';
import type { Language } from '../run/link.js';
import { fill, textsOf, wordsFor, type Texts } from '../texts/texts.js';
import { button, choice, el, set } from './dom.js';
import { plot } from './plot.js';

class BenchPage {
  private texts: Texts;
  private peer: EspruinoPeer | undefined;
  private result: BenchResult | undefined;
  private stop: AbortController | undefined;
  private readonly chosen = new Set(USUAL);
  private address = '192.168.1.50';
  private readonly message = el('p', { class: 'message', role: 'alert' });
  private readonly status = el('p', { class: 'ending', role: 'status' });
  private readonly output = el('section', { class: 'inspector' });
  private readonly controls = el('section', { class: 'story' });

  constructor(
    private readonly root: HTMLElement,
    private language: Language,
  ) {
    this.texts = textsOf(language);
    this.build();
  }

  private build(): void {
    const { bench, ui } = this.texts;
    document.documentElement.lang = this.language === 'zh' ? 'zh-Hans' : 'en';
    document.title = `Firmshake: ${bench.title}`;
    const languages = (['en', 'zh'] as const).map((one) => [one, textsOf(one).language] as const);
    const speak = (value: string): void => {
      this.language = value === 'zh' ? 'zh' : 'en';
      this.texts = textsOf(this.language);
      this.build();
    };
    this.root.replaceChildren(
      el(
        'header',
        {},
        el('div', {}, el('h1', {}, bench.title), el('p', {}, bench.tagline)),
        el(
          'div',
          { class: 'tools' },
          choice(ui.language, languages, this.language, speak),
          el('a', { href: './index.html' }, this.texts.title),
        ),
      ),
      el(
        'main',
        { class: 'bench' },
        el('div', { class: 'left' }, this.message, this.controls, this.status),
        el('div', { class: 'right' }, this.output),
      ),
      el('footer', {}, el('p', {}, bench.about)),
    );
    this.showControls();
    this.showResult();
  }

  private showControls(): void {
    const { bench } = this.texts;
    const isBusy = this.stop !== undefined;
    const isReady = this.peer !== undefined;
    const address = el('input', { type: 'text', value: this.address, inputmode: 'decimal', name: 'address' });
    address.addEventListener('input', () => (this.address = address.value.trim()));
    const boxes = TRIALS.map(({ id }) => {
      const box = el('input', { type: 'checkbox', name: id, checked: this.chosen.has(id), disabled: isBusy });
      box.addEventListener('change', () => (box.checked ? this.chosen.add(id) : this.chosen.delete(id)));
      return el('label', { class: 'trial' }, box, ' ', wordsFor(bench.trials, id));
    });
    this.controls.replaceChildren(
      el('h2', {}, bench.how),
      el('p', {}, bench.lead),
      el('label', { class: 'choice' }, el('span', {}, bench.address), address),
      el('fieldset', {}, el('legend', {}, bench.which), ...boxes),
      el(
        'div',
        { class: 'actions' },
        button(isReady ? bench.connected : bench.connect, () => void this.connect(), {
          'data-action': 'connect',
          disabled: isBusy || isReady,
        }),
        button(bench.run, () => void this.run(), { 'data-action': 'run', class: 'play', disabled: isBusy || !isReady }),
        button(bench.stop, () => this.stop?.abort(), { disabled: !isBusy || !isReady }),
        button(bench.save, () => this.save(), { 'data-action': 'save', disabled: this.result === undefined }),
      ),
    );
  }

  private async connect(): Promise<void> {
    const { bench } = this.texts;
    const { bluetooth } = navigator as { bluetooth?: unknown };
    if (bluetooth === undefined) {
      this.say(bench.noBluetooth);
      return;
    }
    await this.busy(async () => {
      const peer = await EspruinoPeer.connect();
      peer.onLost = () => {
        this.peer = undefined;
        this.showControls();
      };
      const { board, address } = await peer.who();
      if (address === '0.0.0.0') {
        peer.close();
        this.say(fill(bench.noWifi, { board }));
        return;
      }
      await peer.load(peerSource);
      this.peer = peer;
      this.status.textContent = fill(bench.ready, { board, address: address === '' ? '?' : address });
    });
  }

  private async run(): Promise<void> {
    const { peer } = this;
    const { bench } = this.texts;
    if (peer === undefined) return;
    try {
      parseAddress(this.address);
    } catch {
      this.say(fill(bench.noAddress, { address: this.address }));
      return;
    }
    const trials = TRIALS.filter(({ id }) => this.chosen.has(id));
    await this.busy(async (signal) => {
      const onChange = (result: BenchResult): void => {
        this.result = result;
        this.showResult();
      };
      this.status.textContent = '';
      const result = await runBench(peer, { host: this.address, trials, signal, onChange });
      if (result.ended !== undefined) this.say(fill(bench.ended, { reason: result.ended }));
      this.status.textContent = isRight(result) ? bench.allRight : bench.notAll;
      set(this.status, { 'data-right': isRight(result) });
    });
  }

  /** One thing at a time; what goes wrong is said, and what was measured stays. */
  private async busy(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.say('');
    this.stop = new AbortController();
    this.showControls();
    try {
      await work(this.stop.signal);
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
    } finally {
      this.stop = undefined;
      this.showControls();
    }
  }

  private showResult(): void {
    const { bench } = this.texts;
    const { result } = this;
    set(this.output, { 'aria-label': bench.results });
    if (result === undefined) {
      this.output.replaceChildren(el('h2', {}, bench.results), el('p', {}, bench.none));
      return;
    }
    const head = [bench.trial, bench.result, bench.least, bench.median, bench.most].map((text) =>
      el('th', { scope: 'col' }, text),
    );
    const rows = result.trials.map((one) => this.row(one));
    this.output.replaceChildren(
      el('h2', {}, `${bench.results}: ${result.host}`),
      el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows)),
      plot(result.trials, bench.plot),
      el('h3', {}, '/status.json'),
      el('pre', { class: 'hex', tabindex: 0 }, statusText(result)),
    );
  }

  private row({ id, outcomes, wrong }: TrialResult): HTMLTableRowElement {
    const { bench } = this.texts;
    const expected = TRIALS.find((trial) => trial.id === id)?.expected ?? 1;
    const state = wrong === undefined ? `${outcomes.length}/${expected} …` : wrong === '' ? bench.right : wrong;
    const times = timesOf(outcomes);
    const numbers = [times?.least, times?.median, times?.most].map((ms) =>
      ms === undefined ? '' : `${ms.toFixed(1)} ms`,
    );
    const attributes = {
      'data-trial': id,
      'data-state': wrong === undefined ? 'running' : wrong === '' ? 'right' : 'wrong',
    };
    const cells = [state, ...numbers].map((text) => el('td', {}, text));
    return el('tr', attributes, el('th', { scope: 'row' }, wordsFor(bench.trials, id)), ...cells);
  }

  private save(): void {
    const bytes = new Blob([`${JSON.stringify(this.result, null, 2)}\n`], { type: 'application/json' });
    const url = URL.createObjectURL(bytes);
    el('a', { href: url, download: 'firmshake-bench.json' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  private say(text: string): void {
    this.message.textContent = text;
  }
}

/** The board's own figures, after the trials or before. */
function statusText({ before, after }: BenchResult): string {
  return JSON.stringify(after ?? before ?? null, null, 1);
}

const root = document.getElementById('bench');
if (root !== null) new BenchPage(root, navigator.language.startsWith('zh') ? 'zh' : 'en');
