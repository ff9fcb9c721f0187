import type { JSX } from 'preact';
import type { ApiError } from '../api.ts';
import { RetryNote } from '../components/RetryNote.tsx';

/** What could not be loaded, and a way to try again. Nothing while all is well. */
export function FailedSets(props: {
  failure: ApiError | null;
  text: string;
  onRetry(): Promise<void>;
}): JSX.Element | null {
  if (props.failure === null) return null;
  return <RetryNote text={props.text} onRetry={() => void props.onRetry()} />;
}
