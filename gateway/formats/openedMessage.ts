import type { ForeignContext, ForeignMessage } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import { decodeText, isObject, type JsonObject, parseSafeJson, type SafeJson } from './safeJson.ts';

/** A publish with its topic split and its payload read at most once, however many formats look at it. */
export class OpenedMessage {
  readonly topic: string;
  readonly parts: readonly string[];
  readonly payload: Uint8Array;
  readonly receivedAt: number;
  readonly context: ForeignContext;
  /** An old value handed out on subscribing: without a time of its own its age is unknown. */
  readonly isOld: boolean;
  #json: SafeJson | undefined;

  constructor(message: ForeignMessage, context: ForeignContext) {
    this.topic = message.topic;
    this.parts = message.topic.split('/');
    this.payload = message.payload;
    this.receivedAt = message.receivedAt;
    this.context = context;
    this.isOld = message.retain && context.deliveredOnSubscribe !== false;
  }

  get isEmpty(): boolean {
    return this.payload.length === 0;
  }

  /** The part of the topic counted from its end: -1 is the last. */
  part(index: number): string | undefined {
    return this.parts.at(index);
  }

  /** The payload as text without surrounding space; undefined (and the reason noted) when it is not UTF-8. */
  text(findings: Findings): string | undefined {
    const text = decodeText(this.payload);
    if (text === undefined) findings.reject('bad-encoding');
    return text?.trim();
  }

  /** The payload as JSON of any kind; undefined when it is none. Notes nothing: for telling shapes apart. */
  peekJson(): unknown {
    const json = this.#parse();
    return json.ok ? json.value : undefined;
  }

  /** The payload as JSON; undefined (and the reason noted) when it is none. */
  json(findings: Findings): unknown {
    const json = this.#parse();
    if (!json.ok) {
      findings.reject(json.reason);
      return undefined;
    }
    if (json.hadDangerousKeys) findings.note('dangerous-keys-dropped');
    return json.value;
  }

  /** The payload as a JSON object; undefined (and the reason noted) when it is anything else. */
  object(findings: Findings): JsonObject | undefined {
    if (this.isEmpty) {
      findings.note('empty');
      return undefined;
    }
    const value = this.json(findings);
    if (isObject(value)) return value;
    if (value !== undefined) findings.reject('wrong-root-type');
    return undefined;
  }

  #parse(): SafeJson {
    this.#json ??= parseSafeJson(this.payload);
    return this.#json;
  }
}
