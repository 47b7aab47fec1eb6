// Fits results into the token budget. A model reads everything that a tool returns, and its client truncates longer
// results at an arbitrary point. First text is shortened, then lists. The result ends with a description of what was
// left out and how to continue.

import { formatCount } from '../format-count.js';
import { stringifyJson } from '../json/raw-json.js';
import { countItems, sliceItems } from './items.js';
import { parseExactly } from './parse-exactly.js';
import { presentValues, previewLength, previewOf, type ValuePresenter } from './value-presenter.js';

/** Maximum lengths of strings and values, tried in this order. */
const previewLengths = [previewLength, 400, 150, 50] as const;
const shortest = previewLengths.at(-1)!;

const bytesPerToken = 3.5;

/** Minimum number of bytes of an item in a result's text. */
const minItemBytes = 4;

/** A result within the budget, as text and as the value that the text represents. */
export interface FittedResult {
  readonly text: string;
  /** The value. Numbers that a double would round are strings. */
  readonly structured: unknown;
  readonly bytes: number;
  /** Whether text was shortened or items were left out to save space. */
  readonly isReduced: boolean;
}

/** A description of what was left out of a result. */
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

  /** Returns the complete result, or `null` if it does not fit. */
  whole(presented: object, isReduced = false): FittedResult | null {
    const text = stringifyJson(presented);
    const textBytes = Buffer.byteLength(text);
    if (textBytes > this.#maxBytes) return null;
    const structured = parseExactly(text);
    const bytes = textBytes + Buffer.byteLength(JSON.stringify(structured));
    return bytes > this.#maxBytes ? null : { text, structured, bytes, isReduced };
  }

  /** Returns a result with the longest previews that fit, or `null` if even the shortest do not fit. */
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

  /** Returns as many items of a result's lists as fit, starting at an offset, or `null` if not even one fits. */
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

  /** Returns a result with the longest piece of a value that fits, or `null` if not even one character fits. */
  piece(result: object, length: number, pieceOf: (length: number) => ValuePresenter): FittedResult | null {
    for (let shorter = length; shorter > 0; shorter = Math.floor(shorter * 0.8)) {
      const fitted = this.whole(present(result, pieceOf(shorter)), shorter < length);
      if (fitted !== null) return fitted;
    }
    return null;
  }

  /** Returns how many items of a page fit, but at least 1. */
  countFitting(result: object, items: number): number {
    const bytes = 2 * Buffer.byteLength(stringifyJson(present(result, previewOf(shortest))));
    return Math.max(1, Math.min(items - 1, Math.floor((items * 0.95 * this.#maxBytes) / bytes)));
  }

  /** Returns the description of what a page leaves out if it has fewer items than requested. */
  leftAfterPage(first: number, requested: number, after: string): Left {
    return {
      message: `${formatCount(first)} of the ${formatCount(requested)} requested items fit into ${this.#tokens}, with text cut to ${shortest} characters. To get the next page, call again with the same arguments plus these.`,
      continue: { first, after },
    };
  }

  /** Returns the links that still fit in addition to a result. */
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

  /** Maximum number of items that can fit. */
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
    const message = `${formatCount(count)} of ${formatCount(total)} items fit into ${this.#tokens}, with text cut to ${shortest} characters. To get the next ones, call again with the same arguments plus these.`;
    return { left: { message, continue: { offset: end } } };
  }
}

function present(result: object, presenter: ValuePresenter): object {
  return presentValues(result, presenter) as object;
}
