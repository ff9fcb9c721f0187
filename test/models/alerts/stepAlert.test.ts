import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlertState,
  type Condition,
  quiet,
  type Step,
  stepAlert,
} from '../../../models/alerts/stepAlert.ts';

const rule = { holdMs: 100, clearHoldMs: 50 };
const over: Condition = { sign: 'over', severity: 'warning' };
const clear: Condition = { sign: 'clear', severity: 'warning' };
const firing: AlertState = {
  phase: 'firing',
  since: 0,
  openedAt: 100,
  severity: 'warning',
  clearingSince: null,
};
const whats = (step: Step) => step.transitions.map(t => t.what);

describe('stepAlert', () => {
  it.each([
    { after: 99, phase: 'pending', told: [] },
    { after: 100, phase: 'firing', told: ['opened'] },
    { after: 101, phase: 'firing', told: ['opened'] },
  ])('is $phase $after ms after the level was crossed, with a hold of 100 ms', ({ after, phase, told }) => {
    const step = stepAlert({ phase: 'pending', since: 0 }, over, after, rule);
    expect(step.state.phase).toBe(phase);
    expect(whats(step)).toEqual(told);
  });

  it.each([
    { after: 49, phase: 'firing', told: [] },
    { after: 50, phase: 'quiet', told: ['cleared'] },
  ])('is $phase $after ms after it was clear, with a clear hold of 50 ms', ({ after, phase, told }) => {
    const clearing = stepAlert(firing, clear, 200, rule).state;
    const step = stepAlert(clearing, clear, 200 + after, rule);
    expect(step.state.phase).toBe(phase);
    expect(whats(step)).toEqual(told);
  });

  it('opens at once what is urgent', () => {
    expect(whats(stepAlert(quiet, { ...over, urgent: true }, 0, rule))).toEqual(['opened']);
  });

  it('opens at once what has been over for long enough by the data', () => {
    expect(whats(stepAlert(quiet, { ...over, since: -100 }, 0, rule))).toEqual(['opened']);
  });

  it('tells once that it has worsened', () => {
    const worse = stepAlert(firing, { sign: 'over', severity: 'risk' }, 200, rule);
    expect(whats(worse)).toEqual(['worsened']);
    expect(whats(stepAlert(worse.state, over, 300, rule))).toEqual([]);
    expect(whats(stepAlert(worse.state, { sign: 'over', severity: 'risk' }, 300, rule))).toEqual([]);
  });

  it('decides nothing by what nobody knows', () => {
    expect(stepAlert(firing, { sign: 'unknown', severity: 'info' }, 9e9, rule)).toEqual({
      state: firing,
      transitions: [],
    });
  });

  it('holds neither longer nor shorter than the rule when the clock is set back', () => {
    const pending = stepAlert(quiet, over, 1_000_000, rule).state;
    const setBack = stepAlert(pending, over, 1_000, rule).state;
    expect(setBack).toEqual({ phase: 'pending', since: 1_000 });
    expect(whats(stepAlert(setBack, over, 1_100, rule))).toEqual(['opened']);
  });

  it('changes nothing when the same is seen again, and never opens twice without clearing between', () => {
    const conditions = fc.array(
      fc.record({
        sign: fc.constantFrom('over', 'between', 'clear', 'unknown') as fc.Arbitrary<Condition['sign']>,
        severity: fc.constantFrom('info', 'warning', 'risk') as fc.Arbitrary<Condition['severity']>,
        afterMs: fc.nat(200),
      }),
    );
    fc.assert(
      fc.property(conditions, seen => {
        let state: AlertState = quiet;
        let now = 0;
        let isOpen = false;
        for (const { afterMs, ...condition } of seen) {
          now += afterMs;
          const step = stepAlert(state, condition, now, rule);
          for (const { what } of step.transitions) {
            expect(what === 'opened').toBe(!isOpen);
            if (what !== 'worsened') isOpen = what === 'opened';
          }
          expect(stepAlert(step.state, condition, now, rule)).toEqual({ state: step.state, transitions: [] });
          state = step.state;
        }
      }),
    );
  });
});
