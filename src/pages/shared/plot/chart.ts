/** A custom property of theme.css, without its dashes. */
export type Colour = 'bad' | 'accent' | 'ink-soft' | 'warn' | `series-${1 | 2 | 3 | 4 | 5}`;

export interface ChartSeries {
  readonly label: string;
  readonly colour: Colour;
  readonly values: readonly (number | null)[];
  /** The texts of the values with all digits. By default, the values themselves. */
  readonly texts?: readonly string[];
}

/** A vertical line at a moment, with a text at its top. */
export interface ChartMark {
  /** Seconds since 1970. */
  readonly time: number;
  readonly text: string;
  readonly colour: Colour;
}

export interface TimeChartProps {
  readonly title: string;
  /** When each value's bucket begins, in seconds since 1970, ascending. Values are drawn in the middle of buckets. */
  readonly times: readonly number[];
  /**
   * `stack`: stacked bars, the first at the bottom. `band`: lines, with the area between the first and last filled.
   */
  readonly kind: 'stack' | 'band' | 'line';
  readonly series: readonly ChartSeries[];
  /** The largest possible value, where the axis ends. */
  readonly max?: number;
  /** An IANA name; by default the browser's time zone. */
  readonly timeZone?: string;
  /** Whether a time covers only a part of what the others cover. Such bars and lines are dashed. */
  readonly partial?: readonly boolean[];
  readonly marks?: readonly ChartMark[];
  /** Receives the index of the time that was clicked. */
  readonly onSelect?: (index: number) => void;
  /** Receives the first and the last of the times across which the pointer was dragged. */
  readonly onSelectRange?: (first: number, last: number) => void;
}
