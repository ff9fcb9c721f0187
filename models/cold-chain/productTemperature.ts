import { finite, notNegative, positive } from '../errors.ts';
import { type Profile, piecesOf } from '../profile.ts';

/**
 * Temperature at the centre of a pack put into a bath.
 *
 *   T_c(t) = Tb - (Tb - T0) e^(-k t)
 *
 * @param time  >= 0, in the unit that k is per
 * @param parameters  bath and start in C, k > 0; bagged tofu in a water bath: 0.083 per min (Matsubara 1963)
 * @returns degrees Celsius
 * @example
 * packCentreC(0, { bathC: 90, startC: 25, perTime: 0.083 }); // => 25
 */
export function packCentreC(
  time: number,
  parameters: { readonly bathC: number; readonly startC: number; readonly perTime: number },
): number {
  const { bathC, startC, perTime } = parameters;
  notNegative('time', time);
  positive('perTime', perTime);
  return finite('bathC', bathC) - (bathC - finite('startC', startC)) * Math.exp(-perTime * time);
}

/**
 * When the centre of a pack reaches a temperature.
 *
 * @returns time in the unit of 1/k; 0 when it is there already; null when the bath is not hot (or cold) enough
 * @example
 * packCentreReachesAt(50, { bathC: 100, startC: 0, perTime: Math.LN2 }); // => 1
 */
export function packCentreReachesAt(
  temperatureC: number,
  parameters: { readonly bathC: number; readonly startC: number; readonly perTime: number },
): number | null {
  const { bathC, startC, perTime } = parameters;
  positive('perTime', perTime);
  const passed =
    (finite('temperatureC', temperatureC) - finite('startC', startC)) / (finite('bathC', bathC) - startC);
  if (temperatureC === startC || passed <= 0) return 0;
  return passed < 1 ? -Math.log1p(-passed) / perTime : null;
}

/** Hours a crate of 0.5 to 1 kg tahu in water lags behind the air around it. Assumed; to be measured per crate. */
export const productLagH = 2;

/**
 * Product temperature behind an air sensor: dTp/dt = (Ta - Tp)/tau, solved exactly on straight pieces.
 * Door spikes in air would otherwise count double.
 *
 * @param air  air temperature over hours
 * @param parameters  tauH > 0; startC, the first air value when absent
 * @param timesH  not before the profile, in any order
 * @returns degrees Celsius at each time
 * @example
 * productTemperatureC({ times: [0], values: [4], interpolation: 'step' }, { tauH: 2 }, [5]); // => [4]
 */
export function productTemperatureC(
  air: Profile,
  parameters: { readonly tauH?: number; readonly startC?: number },
  timesH: readonly number[],
): number[] {
  const { tauH = productLagH, startC = air.values[0] } = parameters;
  positive('tauH', tauH);
  return timesH.map(until => {
    let productC = finite('startC', startC!);
    for (const piece of piecesOf(air, until)) {
      const spanH = piece.to - piece.from;
      const slope = (piece.toValue - piece.fromValue) / spanH;
      const decay = Math.exp(-spanH / tauH);
      // Behind a ramp the product follows slope * tau below it once the start has been forgotten.
      productC =
        piece.fromValue + slope * (spanH - tauH) + (productC - piece.fromValue + slope * tauH) * decay;
    }
    return productC;
  });
}

/**
 * Product temperature as a profile to give to any model: straight lines of at most stepH between exact values.
 *
 * @param untilH  end, the last time of the air profile when absent
 */
export function productProfile(
  air: Profile,
  parameters: { readonly tauH?: number; readonly startC?: number; readonly stepH?: number },
  untilH: number = air.times.at(-1) ?? 0,
): Profile {
  const { tauH = productLagH, stepH = tauH / 20 } = parameters;
  positive('stepH', stepH);
  const times: number[] = [];
  let productC = parameters.startC ?? air.values[0]!;
  const values: number[] = [];
  for (const piece of piecesOf(air, untilH)) {
    if (times.length === 0) {
      times.push(piece.from);
      values.push(productC);
    }
    const steps = Math.max(1, Math.ceil((piece.to - piece.from) / stepH));
    const part: Profile = {
      times: [piece.from, piece.to],
      values: [piece.fromValue, piece.toValue],
      interpolation: 'linear',
    };
    for (let i = 1; i <= steps; i += 1) {
      times.push(i === steps ? piece.to : piece.from + ((piece.to - piece.from) * i) / steps);
      values.push(productTemperatureC(part, { tauH, startC: productC }, [times.at(-1)!])[0]!);
    }
    productC = values.at(-1)!;
  }
  return times.length === 0
    ? { times: [air.times[0]!], values: [productC], interpolation: 'linear' }
    : { times, values, interpolation: 'linear' };
}
