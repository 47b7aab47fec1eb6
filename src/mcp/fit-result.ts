// Fits results into the budget of tokens. A model reads all that a tool returns, and its client cuts longer results
// anywhere. Texts get shorter first, then lists. The result ends with what was left out, and how to continue.

import { formatCount } from '../format-count.js';
import { stringifyJson } from '../json/raw-json.js';
import { countItems, sliceItems } from './items.js';
import { parseExactly } from './parse-exactly.js';
import { presentValues, previewLength, previewOf, type ValuePresenter } from './value-presenter.js';

/** Maximum characters of texts and values, tried in this order. */
const previewLengths = [previewLength, 400, 150, 50] as const;
const shortest = previewLengths.at(-1)!;

const bytesPerToken = 3.5;

/** Bytes of an item in the text of a result, at least. */
const minItemBytes = 4;

/** A result within the budget, as text and as the value that it stands for. */
export interface FittedResult {
  readonly text: string;
  /** Numbers that a double would round are strings. */
  readonly structured: unknown;
  readonly bytes: number;
  /** Whether texts are shorter than they are with enough room, or items were left out. */
  readonly isReduced: boolean;
}

/** The part of a result that was left out. */
interface Left {
  readonly message: string;
  /** The arguments that continue, in addition to those of the call. */
  readonly continue?: Readonly<Record<string, unknown>>;
}

export class ResultBudget {
  readonly #maxBytes: number;

  constructor(readonly maxTokens: number) {
    this.#maxBytes = Math.floor(maxTokens * bytesPerToken);
  }

  /** Returns a result as it is; null: it does not fit. */
  whole(presented: object, isReduced = false): FittedResult | null {
    const text = stringifyJson(presented);
    const textBytes = Buffer.byteLength(text);
    if (textBytes > this.#maxBytes) return null;
    const structured = parseExactly(text);
    const bytes = textBytes + Buffer.byteLength(JSON.stringify(structured));
    return bytes > this.#maxBytes ? null : { text, structured, bytes, isReduced };
  }

  /** Returns a result with the longest previews that fit; null: it does not fit even with the shortest. */
  shorten(result: object, left?: Left): FittedResult | null {
    if (countItems(result) > this.maxItems) return null;
    for (const length of previewLengths) {
      const isReduced = length < previewLength || left !== undefined;
      const end = left ?? (length < previewLength ? this.#cutTexts(length) : undefined);
      const fitted = this.whole({ ...present(result, previewOf(length)), ...(end && { left: end }) }, isReduced);
      if (fitted !== null) return fitted;
    }
    return null;
  }

  /** Returns the most items of a result's lists from an offset on that fit; null: not even one fits. */
  slice(result: object, offset: number): FittedResult | null {
    const total = countItems(result);
    const end = Math.min(total, offset + this.maxItems);
    const rest = offset > 0 || end < total ? (sliceItems(result, offset, end) as object) : result;
    const all = end < total ? null : this.shorten(rest);
    if (all !== null) return all;
    const short = present(rest, previewOf(shortest));
    let best: FittedResult | null = null;
    for (let least = 1, most = end - offset; least <= most; ) {
      const count = Math.ceil((least + most) / 2);
      const sliced = sliceItems(short, 0, count) as object;
      const fitted = this.whole({ ...sliced, ...this.#leftAfter(offset, count, total) }, true);
      if (fitted === null) {
        most = count - 1;
      } else {
        best = fitted;
        least = count + 1;
      }
    }
    return best;
  }

  /** Returns a result with a piece of a value, as long as fits; null: not even a character does. */
  piece(result: object, length: number, pieceOf: (length: number) => ValuePresenter): FittedResult | null {
    for (let shorter = length; shorter > 0; shorter = Math.floor(shorter * 0.8)) {
      const fitted = this.whole(present(result, pieceOf(shorter)), shorter < length);
      if (fitted !== null) return fitted;
    }
    return null;
  }

  /** Returns how many of the items of a page fit, at least one. */
  countFitting(result: object, items: number): number {
    const bytes = 2 * Buffer.byteLength(stringifyJson(present(result, previewOf(shortest))));
    return Math.max(1, Math.min(items - 1, Math.floor((items * 0.95 * this.#maxBytes) / bytes)));
  }

  /** Returns the end of a page that has fewer items than were requested. */
  leftAfterPage(first: number, requested: number, after: string): Left {
    return {
      message: `${formatCount(first)} of the ${formatCount(requested)} requested items fit into ${this.#tokens}, with texts of ${shortest} characters. Call again with the same arguments and these for the next page.`,
      continue: { first, after },
    };
  }

  /** Returns the links that still fit with a result. */
  fittingLinks<Link extends object>({ bytes }: FittedResult, links: readonly Link[]): readonly Link[] {
    let left = this.#maxBytes - bytes;
    return links.filter((link) => {
      const linkBytes = Buffer.byteLength(JSON.stringify(link));
      if (linkBytes > left) return false;
      left -= linkBytes;
      return true;
    });
  }

  get tooSmall(): string {
    return `A single item of the result does not fit into ${this.#tokens}. Select fewer fields, or raise MCP_RESULT_TOKENS.`;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Items that fit at most. */
  get maxItems(): number {
    return Math.floor(this.#maxBytes / 2 / minItemBytes);
  }

  get #tokens(): string {
    return `${formatCount(this.maxTokens)} tokens`;
  }

  #cutTexts(length: number): Left {
    return {
      message: `Texts are cut to ${length} characters to fit into ${this.#tokens}. get_run, read_response and read_run_data return more of them.`,
    };
  }

  #leftAfter(offset: number, count: number, total: number): { readonly left: Left } | null {
    const end = offset + count;
    if (end >= total) return null;
    const message = `${formatCount(count)} of ${formatCount(total)} items fit into ${this.#tokens}, with texts of ${shortest} characters. Call again with the same arguments and these for the next.`;
    return { left: { message, continue: { offset: end } } };
  }
}

function present(result: object, presenter: ValuePresenter): object {
  return presentValues(result, presenter) as object;
}
