import type { NodeNames } from './api.ts';
import type { Translate } from './i18n/catalogues.ts';
import { placeIdOf } from './nodeNames.ts';

/** Name and place as they are saved, or what has to be mended first. */
export function readNodeNames(
  typed: { name: string; place: string },
  t: Translate,
): { names: NodeNames } | { wrong: string } {
  const name = typed.name.trim();
  if (name === '') return { wrong: t('sensors.install.nameMissing') };
  if (name.length > 128) return { wrong: t('sensors.install.nameTooLong') };
  if (typed.place.trim() === '') return { names: { name } };
  const placeId = placeIdOf(typed.place);
  return placeId === null ? { wrong: t('sensors.install.placeInvalid') } : { names: { name, placeId } };
}
