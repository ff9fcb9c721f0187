/** One PUBLISH as it came, judged by the guard. */
export interface IncomingPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
  /** Said to be sent before, with the same packet id. */
  readonly dup: boolean;
  readonly messageId: number;
}

/**
 * What happens next.
 *   acknowledge  everything that counts is on disk, in the journal's record at `position` if there is one
 *   resend       it is not; no acknowledgement, the connection ends and the node sends again
 *   cut          the node spoke as another
 */
export type IntakeVerdict =
  | { readonly next: 'acknowledge'; readonly position?: number }
  | { readonly next: 'resend'; readonly error: Error }
  | { readonly next: 'cut'; readonly detail: string };

/** Takes one publish and calls back once it is decided. */
export type TakePublish = (publish: IncomingPublish, settle: (verdict: IntakeVerdict) => void) => void;

/** Why a publish is not acknowledged. */
export type Refusal = Exclude<IntakeVerdict, { readonly next: 'acknowledge' }>;
