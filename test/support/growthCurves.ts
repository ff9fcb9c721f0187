const nothing = { belowLog10: null, aboveLog10: null, shelfLifeH: null, excluded: null };

/** Noise that is the same each time. */
function noise(seed: number) {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
}

/**
 * Counts at each temperature by Baranyi: b 0.0272, Tmin -2.4, h0 2.1, 2.5 to 8.9 log10 CFU/g.
 *
 * @param spread  width of the noise, log10
 */
export function growthCurves(temperatures: readonly number[], points = 12, spread = 0.5) {
  const random = noise(7);
  const rows = temperatures.flatMap((temperatureC, c) => {
    const mu = (0.0272 * (temperatureC + 2.4)) ** 2;
    return Array.from({ length: points }, (_, i) => {
      const timeH = Math.round(((22 * i) / (points - 1) / mu) * 10) / 10;
      const grown = Math.log(1 + Math.exp(-2.1) * Math.expm1(mu * timeH));
      const log = 2.5 + (grown - Math.log1p(Math.expm1(grown) / 10 ** 6.4)) / Math.LN10;
      return {
        ...{ row: 2 + c * points + i, series: `${temperatureC} °C`, replicate: null, timeH },
        ...nothing,
        log10CfuPerG: Math.round(1000 * (log + spread * random())) / 1000,
      };
    });
  });
  const series = temperatures.map(t => ({
    series: `${t} °C`,
    temperature: { kind: 'constant', temperatureC: t },
  }));
  return { kind: 'growth', rows, series };
}
