/** The page: images, then a board, then its log. */
import { familyOf } from '../flash/chips.js';
import { FlashError } from '../flash/errors.js';
import { flash, type FlashProgress } from '../flash/flash.js';
import { forChip, readBuild, type ImageSet } from '../flash/images.js';
import { chosenFiles, droppedFiles, sourceNextTo, sourceOf, type Source } from './files.js';
import { Log } from './log.js';

function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`no ${id}`);
}

const view = {
  unsupported: element('unsupported', HTMLParagraphElement),
  images: element('images', HTMLElement),
  imagesState: element('images-state', HTMLParagraphElement),
  imagesList: element('images-list', HTMLUListElement),
  folder: element('folder', HTMLInputElement),
  files: element('files', HTMLInputElement),
  flash: element('flash', HTMLButtonElement),
  other: element('other', HTMLButtonElement),
  work: element('work', HTMLDivElement),
  progress: element('progress', HTMLProgressElement),
  state: element('state', HTMLParagraphElement),
  failure: element('failure', HTMLParagraphElement),
  logToggle: element('log-toggle', HTMLButtonElement),
  restart: element('restart', HTMLButtonElement),
  log: element('log', HTMLPreElement),
  answer: element('answer', HTMLFormElement),
  answerText: element('answer-text', HTMLInputElement),
  answerSend: element('answer-send', HTMLButtonElement),
};

/** Chrome's and its relatives'; elsewhere there is none. */
const serial = (navigator as Partial<Pick<Navigator, 'serial'>>).serial;

let sets: readonly ImageSet[] = [];
let port: SerialPort | undefined;
let isWorking = false;

const log = new Log(view.log, (why) => {
  if (why !== undefined) view.state.textContent = why;
  refresh();
});

/** What can be pressed now. */
function refresh(): void {
  view.flash.disabled = serial === undefined || sets.length === 0 || isWorking;
  view.other.hidden = port === undefined || isWorking;
  view.logToggle.disabled = serial === undefined || isWorking;
  view.logToggle.textContent = log.isShown ? 'Stop the log' : 'Show the log';
  view.restart.disabled = !log.isShown || isWorking;
  view.answerText.disabled = view.answerSend.disabled = view.restart.disabled;
  view.work.hidden = !isWorking;
}

/** Takes images, all of them read and looked at before any board is. */
async function take(what: string, find: () => Promise<Source | undefined>): Promise<void> {
  view.imagesList.replaceChildren();
  sets = [];
  try {
    const source = await find();
    if (source === undefined) {
      view.imagesState.textContent = 'No images yet.';
    } else {
      const { listing } = source;
      sets = await Promise.all(listing.builds.map((build) => readBuild(build, (path) => source.read(path))));
      view.imagesState.textContent = [listing.name, listing.version, what].filter(Boolean).join(' ');
      view.imagesList.append(...sets.map(item));
    }
  } catch (error) {
    view.imagesState.textContent = `These cannot be flashed: ${reasonOf(error)}.`;
  }
  refresh();
}

function item({ chip, images }: ImageSet): HTMLLIElement {
  const bytes = images.reduce((sum, { data }) => sum + data.length, 0);
  const line = document.createElement('li');
  line.textContent = `${familyOf(chip)}: ${images.length} files, ${bytes.toLocaleString('en')} bytes`;
  return line;
}

/** The port that was chosen, or a new one. Undefined: whoever was asked chose none. */
async function choosePort(): Promise<SerialPort | undefined> {
  try {
    return (port ??= await serial?.requestPort());
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
}

/** One thing with the port at a time; what it fails of is said. */
async function work(what: () => Promise<void>): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  view.failure.hidden = true;
  refresh();
  try {
    await what();
  } catch (error) {
    view.state.textContent = '';
    view.state.className = '';
    view.failure.textContent = `Not done: ${reasonOf(error)}.`;
    view.failure.hidden = false;
  } finally {
    isWorking = false;
    refresh();
  }
}

async function flashBoard(): Promise<void> {
  view.state.textContent = '';
  view.state.className = '';
  const chosen = await choosePort();
  if (chosen === undefined) return void (view.state.textContent = 'No port was chosen.');
  await log.end();
  const { chip, bytes, isRestarted } = await flash(chosen, {
    images: (found) => forChip(sets, found),
    onProgress: show,
  });
  view.state.textContent =
    `Done: ${bytes.toLocaleString('en')} bytes on the ${familyOf(chip)}, written and read back. ` +
    (isRestarted ? 'It restarts; its log is below.' : 'Press its RESET (or EN) button.');
  view.state.className = 'good';
  // What was written is so, whatever becomes of the log. It restarts once more, so that its first line is shown too.
  await log
    .begin(chosen)
    .then(() => log.restart())
    .catch(() => undefined);
}

function show({ step, doneBytes, totalBytes }: FlashProgress): void {
  const percent = totalBytes === 0 ? 0 : Math.floor((100 * doneBytes) / totalBytes);
  const texts = {
    connect: 'Connecting …',
    write: `Writing: ${percent} %`,
    verify: 'Reading back …',
    restart: 'Restarting …',
  };
  if (view.state.textContent !== texts[step]) view.state.textContent = texts[step];
  if (step === 'write') view.progress.value = percent / 100;
  else view.progress.removeAttribute('value');
}

async function toggleLog(): Promise<void> {
  if (log.isShown) return log.end();
  const chosen = await choosePort();
  if (chosen !== undefined) await log.begin(chosen);
}

function reasonOf(error: unknown): string {
  if (error instanceof FlashError) return error.message;
  if (error instanceof DOMException && error.name === 'NetworkError') {
    return 'the port cannot be opened: it is gone, another program or page has it open, or (Linux) you are not in the group dialout';
  }
  return error instanceof Error ? error.message : String(error);
}

view.flash.addEventListener('click', () => void work(flashBoard));
view.logToggle.addEventListener('click', () => void work(toggleLog));
view.restart.addEventListener('click', () => void work(() => log.restart()));
view.answer.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = view.answerText.value;
  view.answerText.value = '';
  void work(() => log.answer(text)).then(() => view.answerText.focus());
});
view.other.addEventListener('click', () => {
  void work(async () => {
    await log.end();
    port = undefined;
  });
});
serial?.addEventListener('disconnect', ({ target }) => {
  if (target === port) port = undefined;
  refresh();
});

for (const input of [view.folder, view.files]) {
  input.addEventListener('change', () => {
    const files = chosenFiles(input.files ?? []);
    if (files.size > 0) void take('(chosen)', () => sourceOf(files));
    input.value = '';
  });
}
for (const name of ['dragover', 'dragleave', 'drop']) {
  view.images.addEventListener(name, (event) => {
    event.preventDefault();
    view.images.classList.toggle('over', name === 'dragover');
  });
}
view.images.addEventListener('drop', ({ dataTransfer }) => {
  if (dataTransfer === null) return;
  const files = droppedFiles(dataTransfer.items);
  void take('(dropped)', async () => sourceOf(await files));
});

if (serial === undefined) {
  view.unsupported.textContent = isSecureContext
    ? 'This browser has no Web Serial: use Chrome, Edge or Opera on a desktop, or the command firmshake flash.'
    : 'Browsers allow serial ports only over https, or at localhost: open this page there.';
  view.unsupported.hidden = false;
}
refresh();
void take('(next to this page)', () => sourceNextTo(document.baseURI));
