/**
 * A caller broke the promise of a model: a parameter outside its domain.
 * Message grammar: parameter name first, no capital, no full stop.
 */
export class ModelDomainError extends Error {
  readonly parameter: string;
  readonly got: unknown;
  readonly allowed: string;

  constructor(parameter: string, got: unknown, allowed: string) {
    super(`${parameter} must be ${allowed}, got ${describe(got)}`);
    this.name = 'ModelDomainError';
    this.parameter = parameter;
    this.got = got;
    this.allowed = allowed;
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

/** Throws unless `value` is a finite number; returns it, so that a check reads as part of an expression. */
export function finite(parameter: string, value: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ModelDomainError(parameter, value, 'finite');
  return value;
}

/** Throws unless `value` is finite and greater than zero. */
export function positive(parameter: string, value: number): number {
  if (!(finite(parameter, value) > 0)) throw new ModelDomainError(parameter, value, 'greater than 0');
  return value;
}

/** Throws unless `value` is finite and not below zero. */
export function notNegative(parameter: string, value: number): number {
  if (!(finite(parameter, value) >= 0)) throw new ModelDomainError(parameter, value, '0 or greater');
  return value;
}
