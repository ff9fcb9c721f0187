import type { JSX } from 'preact';

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly options: readonly { value: T; label: string; lang?: string }[];
  readonly value: T;
  onChange(value: T): void;
}

/** A choice of a few, all visible. */
export function Segmented<T extends string>(props: SegmentedProps<T>): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of toggle buttons, no fields of a form
    <div class="segmented" role="group" aria-label={props.label}>
      {props.options.map(option => (
        <button
          type="button"
          key={option.value}
          aria-pressed={option.value === props.value}
          {...(option.lang === undefined ? {} : { lang: option.lang })}
          onClick={() => props.onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
