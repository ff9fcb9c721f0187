import type { JSX } from 'preact';

/** Status shapes are filled; everything else is drawn in lines. `--icon-in` is the colour inside a filled shape. */
const inner = 'var(--icon-in, var(--surface))';

const solid = {
  fresh: (
    <>
      <circle cx="12" cy="12" r="10" fill="currentColor" />
      <path
        d="M7.4 12.4l3.1 3.1 6.1-6.6"
        fill="none"
        stroke={inner}
        stroke-width="2.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </>
  ),
  soon: (
    <>
      <path d="M12 1.8 23 21.2a.9.9 0 0 1-.8 1.3H1.8a.9.9 0 0 1-.8-1.3z" fill="currentColor" />
      <path d="M12 9v6" stroke={inner} stroke-width="2.4" stroke-linecap="round" />
      <circle cx="12" cy="18.6" r="1.4" fill={inner} />
    </>
  ),
  risk: (
    <>
      <path d="M7.6 1.5h8.8l6.1 6.1v8.8l-6.1 6.1H7.6l-6.1-6.1V7.6z" fill="currentColor" />
      <path d="M8.4 8.4l7.2 7.2m0-7.2-7.2 7.2" stroke={inner} stroke-width="2.5" stroke-linecap="round" />
    </>
  ),
  none: (
    <>
      <circle
        cx="12"
        cy="12"
        r="9.6"
        fill="none"
        stroke="currentColor"
        stroke-width="2.2"
        stroke-dasharray="3.6 2.6"
      />
      <path
        d="M9.4 9.6a2.7 2.7 0 1 1 3.9 2.5c-.9.4-1.3.9-1.3 1.8"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
      />
      <circle cx="12" cy="17" r="1.25" fill="currentColor" />
    </>
  ),
  dot: <circle cx="12" cy="12" r="5" fill="currentColor" />,
};

const lines = {
  home: <path d="M3.5 11 12 4l8.5 7v8.5h-6v-6h-5v6h-6z" />,
  plus: <path d="M12 4.5v15M4.5 12h15" />,
  sensor: <path d="M10 13.6V5a2 2 0 1 1 4 0v8.6a4 4 0 1 1-4 0zM12 9v8" />,
  back: <path d="M14.5 5.5 8 12l6.5 6.5" />,
  check: <path d="M4.5 12.5l5 5 10-11" />,
  off: <path d="M7 18.5a4.5 4.5 0 0 1-.4-9A5.6 5.6 0 0 1 17.4 9a4.8 4.8 0 0 1 2.2 8.3M3.5 3.5l17 17" />,
  fridge: <path d="M6.5 2.5h11v19h-11zM6.5 10h11M9.5 5.5v2M9.5 13v3" />,
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3 7 7M17 17l1.7 1.7M18.7 5.3 17 7M7 17l-1.7 1.7" />
    </>
  ),
  table: <path d="M3.5 5h17v14h-17zM3.5 10h17M3.5 14.5h17M10 10v9" />,
  chart: <path d="M4 4v16h16M7.5 15l4-5 3 3 4.5-6" />,
  download: <path d="M12 4v11M7 11l5 5 5-5M4.5 20h15" />,
  copy: <path d="M8.5 8.5h12v12h-12zM15.5 8.5v-5h-12v12h5" />,
  refresh: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4" />,
};

export type IconName = keyof typeof solid | keyof typeof lines;

const shapes: Record<IconName, JSX.Element> = { ...solid, ...lines };

export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  const drawn =
    name in solid
      ? {}
      : {
          fill: 'none',
          stroke: 'currentColor',
          'stroke-width': '1.9',
          'stroke-linecap': 'round' as const,
          'stroke-linejoin': 'round' as const,
        };
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" {...drawn}>
      {shapes[name]}
    </svg>
  );
}
