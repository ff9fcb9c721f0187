import { ModelDomainError } from '../errors.ts';
import { freshSpoilage, packedHeatedSpoilage, type SpoilageFlora } from '../parameters/tahu.ts';
import type { Inputs } from './inputs.ts';

const classes: Readonly<Record<string, SpoilageFlora>> = {
  packed: packedHeatedSpoilage,
  fresh: freshSpoilage,
};

/**
 * The inputs with the numbers of the default tahu sets where they name a class (`class: "packed"` or `"fresh"`) and
 * bring no rate of their own. What they bring themselves counts.
 *
 * @param kind  the class when the inputs name none; absent: they are left as they are
 */
export function withTahuDefaults(inputs: Inputs, kind?: string): Inputs {
  const named = inputs.textOr(kind ?? '', 'class', 'product_class');
  if (named === '' || inputs.has('secondary', 'mu_ln_per_h', 'mu')) return inputs;
  const flora = Object.hasOwn(classes, named) ? classes[named] : undefined;
  if (!flora)
    throw new ModelDomainError(`${inputs.path}.class`, named, `one of ${Object.keys(classes).join(', ')}`);
  return inputs.with({
    secondary: {
      model: 'ratkowsky_extended',
      b: flora.b.value,
      Tmin: flora.tMinC.value,
      c: flora.c.value,
      Tmax: flora.tMaxC.value,
    },
    ...(inputs.has('primary', 'logN0')
      ? {}
      : {
          primary: {
            logN0: flora.initialLog10Cfu.value,
            h0: flora.h0.value,
            logNmax: flora.maxLog10Cfu.value,
          },
        }),
    ...(inputs.has('limit_logN') ? {} : { limit_logN: flora.limitLog10Cfu.value }),
  });
}
