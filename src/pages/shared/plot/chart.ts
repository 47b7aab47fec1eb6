/** A custom property of theme.css, without its dashes. */
export type Colour = 'bad' | 'accent' | 'ink-soft' | 'warn' | `series-${1 | 2 | 3 | 4 | 5}`;

export interface ChartSeries {
  readonly label: string;
  readonly colour: Colour;
  readonly values: readonly (number | null)[];
  /** The text of each value with all its digits. By default the value. */
  readonly texts?: readonly string[];
}

export interface TimeChartProps {
  readonly title: string;
  /** When each value is of, in seconds since 1970, ascending. */
  readonly times: readonly number[];
  /** `stack`: bars upon one another, the first at the bottom. `band`: lines, with what is between first and last filled. */
  readonly kind: 'stack' | 'band' | 'line';
  readonly series: readonly ChartSeries[];
  /** The largest value that is possible: the axis ends there. */
  readonly max?: number;
  /** IANA name; the browser's own by default. */
  readonly timeZone?: string;
  /** Charts with the same key show the same moment. */
  readonly syncKey?: string;
  /** Which of the times stand for a part of what the others stand for: they are striped. */
  readonly partial?: readonly boolean[];
  /** Takes the index of the time that was clicked. */
  readonly onSelect?: (index: number) => void;
  /** Takes the first and the last of the times across which the pointer was dragged. */
  readonly onSelectRange?: (first: number, last: number) => void;
}
