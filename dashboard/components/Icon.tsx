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
  truck: (
    <>
      <path d="M2.5 6.5h11.2v10H9.2M5 16.5H2.5v-10M13.7 10h4.1l3.7 3.6v2.9h-2.3M14.8 16.5h-1.1" />
      <circle cx="7.1" cy="17" r="2" />
      <circle cx="17" cy="17" r="2" />
    </>
  ),
  bell: <path d="M6 16.8v-5.6a6 6 0 0 1 12 0v5.6l1.6 1.9H4.4zM10 21.2h4" />,
  user: (
    <>
      <circle cx="12" cy="8" r="3.9" />
      <path d="M4.6 20.5a7.4 7.4 0 0 1 14.8 0" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.5" r="3.4" />
      <path d="M2.8 19.5a6.2 6.2 0 0 1 12.4 0M16 5.6a3.2 3.2 0 0 1 0 6M18 14.4a6 6 0 0 1 3.4 5.1" />
    </>
  ),
  print: <path d="M7 8.5v-5h10v5M7 17H3.5V8.5h17V17H17M7 14h10v6.5H7z" />,
  phone: (
    <path d="M5.2 3.8h3.6l1.7 4.3-2.3 1.8a12.2 12.2 0 0 0 5.9 5.9l1.8-2.3 4.3 1.7v3.6a1.6 1.6 0 0 1-1.7 1.6A15.8 15.8 0 0 1 3.6 5.5a1.6 1.6 0 0 1 1.6-1.7z" />
  ),
  camera: (
    <>
      <path d="M3.5 7.5H8l1.5-2.5h5L16 7.5h4.5v12h-17z" />
      <circle cx="12" cy="13.2" r="3.6" />
    </>
  ),
  qr: <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM20 14v3M17.5 20H20M14 20v-.5" />,
  share: <path d="M12 14.5V3.5M8 7l4-3.8L16 7M6.5 11H4.5v9.5h15V11h-2" />,
  place: (
    <>
      <path d="M12 21c4.3-4.6 6.5-8 6.5-11a6.5 6.5 0 0 0-13 0c0 3 2.2 6.4 6.5 11z" />
      <circle cx="12" cy="10" r="2.3" />
    </>
  ),
  box: <path d="M3.5 8 12 3.5 20.5 8v8.5L12 21l-8.5-4.5zM3.5 8l8.5 4.5L20.5 8M12 12.5V21" />,
  key: (
    <>
      <circle cx="8" cy="15.5" r="4" />
      <path d="M11 12.5 19.5 4M16 7.5l2.5 2.5" />
    </>
  ),
  pen: <path d="M4 20l1-4.5L16 4.5 19.5 8l-11 11zM13.5 7l3.5 3.5" />,
  trash: <path d="M4.5 6.5h15M9 6.5v-3h6v3M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5.2l3.4 2" />
    </>
  ),
  flask: (
    <path d="M9.5 3.5h5M10.5 3.5v6L5.2 18.4a1.4 1.4 0 0 0 1.2 2.1h11.2a1.4 1.4 0 0 0 1.2-2.1L13.5 9.5v-6M7.8 15h8.4" />
  ),
  sliders: (
    <>
      <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
      <circle cx="15" cy="7" r="2" />
      <circle cx="9" cy="17" r="2" />
    </>
  ),
  ice: <path d="M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5 12 7l2.5-2.5M9.5 19.5 12 17l2.5 2.5" />,
  forward: <path d="M9.5 5.5 16 12l-6.5 6.5" />,
  up: <path d="M12 19V6M7 10.5l5-5 5 5" />,
  close: <path d="M5.5 5.5l13 13M18.5 5.5l-13 13" />,
  list: <path d="M8.5 6h12M8.5 12h12M8.5 18h12M3.8 6h.4M3.8 12h.4M3.8 18h.4" />,
  shield: <path d="M12 3l7.5 2.8v5.4c0 4.6-3 8-7.5 9.8-4.5-1.8-7.5-5.2-7.5-9.8V5.8zM8.5 12l2.5 2.5 4.5-5" />,
  refresh: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4" />,
};

export type IconName = keyof typeof solid | keyof typeof lines;

const shapes: Record<IconName, JSX.Element> = { ...solid, ...lines };

export const iconNames = Object.keys(shapes) as IconName[];

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
