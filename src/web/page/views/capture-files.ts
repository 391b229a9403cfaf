import type { CaptureFileView, CapturesView } from "../../api-types.js";
import { downloads } from "../logic/api.js";
import type { ViewContext } from "../parts/context.js";
import { ask } from "../parts/dialog.js";
import { el, setHidden, setText } from "../parts/dom.js";
import { icon } from "../parts/icons.js";
import { type Part, PartList } from "../parts/part-list.js";
import { cell, row, table } from "../parts/table.js";
import { button, section } from "../parts/widgets.js";

/** The files of captures, to be saved anonymized, or as they are. */
export class CaptureFiles {
  readonly element: HTMLElement;
  readonly #context: ViewContext;
  readonly #rows: PartList<CaptureFileView>;
  readonly #none = el("p", { class: "hint" });
  readonly #folder = el("p", { class: "hint" });
  readonly #refused: HTMLElement;
  readonly #table: HTMLElement;
  #isRawRefused = false;

  constructor(context: ViewContext) {
    const { captures } = context.texts;
    this.#context = context;
    const shown = table(captures.files, this.#columns);
    this.#table = shown.element;
    this.#rows = new PartList(
      shown.body,
      ({ name }) => name,
      (file) => this.#fileRow(file),
    );
    setText(this.#none, captures.noFiles);
    this.#refused = el("p", { class: "hint" }, captures.rawRefused);
    this.element = section(
      captures.files,
      { class: "card capture-files" },
      this.#none,
      shown.element,
      this.#refused,
      this.#folder,
    );
  }

  show({ files, directory, rawRefused }: CapturesView): void {
    const { speech, texts } = this.#context;
    this.#isRawRefused = rawRefused === true;
    this.#rows.show(files);
    setHidden(this.#table, files.length === 0);
    setHidden(this.#none, files.length > 0);
    setHidden(this.#refused, !this.#isRawRefused || files.length === 0);
    setText(this.#folder, speech.fill(texts.captures.folder, { directory }));
  }

  get #columns() {
    const { captures } = this.#context.texts;
    return [
      { label: captures.name },
      { label: captures.size, isNumber: true },
      { label: captures.changed },
      { label: captures.download },
    ] as const;
  }

  #fileRow(first: CaptureFileView): Part<CaptureFileView> {
    const { texts, speech, now } = this.#context;
    const { captures } = texts;
    const { name } = first;
    const [nameColumn, sizeColumn, changedColumn, downloadColumn] = this.#columns;
    const [size, changed, open] = [el("span"), el("span"), el("span", { class: "tag" }, captures.isOpen)];
    const anonymized = el(
      "a",
      {
        ...{ class: "button", href: downloads.capture(name, false), download: "" },
        "aria-label": speech.fill(captures.anonymizedLabel, { name }),
      },
      icon("download"),
      el("span", {}, captures.anonymized),
    );
    const raw = button({
      ...{ label: captures.raw, sign: "lock", look: "plain" },
      name: speech.fill(captures.rawLabel, { name }),
      press: () => void this.#saveRaw(name),
    });
    const element = row(
      cell(nameColumn, el("code", { class: "file" }, name), " ", open),
      cell(sizeColumn, size),
      cell(changedColumn, changed),
      cell(downloadColumn, anonymized, raw),
    );
    const update = (file: CaptureFileView): void => {
      setText(size, speech.bytes(file.bytes));
      setText(changed, speech.moment(file.changedAt, now()));
      setHidden(open, !file.isOpen);
      setHidden(raw, this.#isRawRefused);
    };
    update(first);
    return { element, update };
  }

  async #saveRaw(name: string): Promise<void> {
    const { texts, speech } = this.#context;
    const { captures, page } = texts;
    const isMeant = await ask({
      title: captures.rawTitle,
      text: speech.fill(captures.rawText, { name }),
      confirm: captures.rawConfirm,
      cancel: page.cancel,
    });
    if (isMeant) el("a", { href: downloads.capture(name, true), download: "" }).click();
  }
}
