/** Paths on a square of 16 units. */
const paths = {
  close: 'M4 4l8 8M12 4l-8 8',
  code: 'M6 4.5L2.5 8L6 11.5M10 4.5L13.5 8L10 11.5',
  compare: 'M2.5 5h9M9 2.5L11.5 5L9 7.5M13.5 11h-9M7 8.5L4.5 11L7 13.5',
  copy: 'M6 6h7.5v7.5H6zM10.5 6V2.5H2.5v8H6',
  down: 'M8 3v10M4 9l4 4l4 -4',
  expand: 'M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5 -5',
  link: 'M6.5 9.5l3 -3M7 4.5l1.5 -1.5a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5l-1.5 1.5a2.8 2.8 0 0 1 -4 -4L5 7.5',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0 -9M10.5 10.5l3 3',
  select: 'M2.5 2.5h11v11h-11zM5 8l2.2 2.2L11 6',
  share: 'M8 10V2.5M5 5l3 -3l3 3M3.5 8.5v5h9v-5',
  terminal: 'M2.5 3h11v10h-11zM5 6l2 2l-2 2M8.5 10.5h2.5',
} as const;

interface IconProps {
  readonly name: keyof typeof paths;
}

/** A picture next to a button's text, or instead of it. Screen readers skip it. */
export function Icon({ name }: IconProps) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
