import { roomC } from './climate.ts';
import { uniformAt } from './seededRandom.ts';
import type { TimeWindow } from './timeWindow.ts';
import { startOfWibDay, wibDay } from './wib.ts';

/** A shop or household fridge. Temperatures are of its air. */
export interface Fridge {
  readonly kind: 'fridge';
  /** Middle of the compressor cycle. */
  readonly setC: number;
  /** Half the height of the compressor cycle. */
  readonly swingC: number;
  readonly cycleMin: number;
  readonly doorOpeningsPerDay: number;
  /** What a door that stays open for its ten minutes brings the air to. */
  readonly doorPeakC: number;
  /** Without electricity: the compressor stands still. */
  readonly powerCuts?: readonly TimeWindow[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A closed household fridge warms from 5 to 17 C within a power cut of 3 h in a room at 29 C. */
const warmingTauH = 4.3;
const coolingTauH = 0.7;

const doorOpenMin = 10;
const doorWarmingTauMin = 4;
const doorCoolingTauMin = 9;
/** The shop is open from 06.00 to 21.00. */
const shopOpensH = 6;
const shopHours = 15;

export function fridgeAirC(fridge: Fridge, at: number, seed: number): number {
  const cut = fridge.powerCuts?.findLast(window => window.from <= at);
  if (cut === undefined) return runningC(fridge, at, seed);
  const warming = (from: number, to: number): number => {
    const startC = runningC(fridge, from, seed);
    const outsideC = roomC(to, seed);
    return outsideC + (startC - outsideC) * Math.exp(-(to - from) / (warmingTauH * hourMs));
  };
  if (at < cut.to) return warming(cut.from, at);
  // The heat of the cut leaves again on top of the ordinary cycle.
  const excessC = warming(cut.from, cut.to) - runningC(fridge, cut.to, seed);
  return runningC(fridge, at, seed) + excessC * Math.exp(-(at - cut.to) / (coolingTauH * hourMs));
}

function runningC(fridge: Fridge, at: number, seed: number): number {
  const cycleC = fridge.setC + fridge.swingC * compressorCycle(at / (fridge.cycleMin * minuteMs), seed);
  const open = doorWarmth(fridge, at, seed);
  return cycleC + open * Math.max(0, fridge.doorPeakC - cycleC);
}

/** -1 when the compressor has just stopped, 1 when it starts: a third of the time cooling, two thirds warming. */
function compressorCycle(turns: number, seed: number): number {
  const phase = (turns + uniformAt(seed, 'compressor')) % 1;
  const cooling = 1 / 3;
  return phase < cooling ? 1 - (2 * phase) / cooling : -1 + (2 * (phase - cooling)) / (1 - cooling);
}

/** How far open doors have carried the air towards the door's peak: 0 to 1. */
function doorWarmth(fridge: Fridge, at: number, seed: number): number {
  let warmth = 0;
  for (const day of [wibDay(at) - 1, wibDay(at)]) {
    const opensAt = startOfWibDay(day) + shopOpensH * hourMs;
    for (let i = 0; i < fridge.doorOpeningsPerDay; i++) {
      // One opening in each equal share of the day, at its own moment, so that none is forgotten or doubled.
      const moment = (i + uniformAt(seed, 'door', day, i)) / fridge.doorOpeningsPerDay;
      const sinceMin = (at - opensAt - moment * shopHours * hourMs) / minuteMs;
      if (sinceMin > 0 && sinceMin < 120) warmth = Math.max(warmth, openingPulse(sinceMin, seed, day, i));
    }
  }
  return warmth;
}

function openingPulse(sinceMin: number, seed: number, day: number, i: number): number {
  const openMin = doorOpenMin * (0.3 + 0.7 * uniformAt(seed, 'door-open', day, i));
  const warmingMin = Math.min(sinceMin, openMin);
  const full = 1 - Math.exp(-doorOpenMin / doorWarmingTauMin);
  const reached = (1 - Math.exp(-warmingMin / doorWarmingTauMin)) / full;
  return reached * Math.exp(-Math.max(0, sinceMin - openMin) / doorCoolingTauMin);
}
