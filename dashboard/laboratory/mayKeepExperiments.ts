import { me } from '../state.ts';

/** Who may keep experiments. */
export const mayKeepExperiments = (): boolean =>
  me.value?.role === 'owner' || me.value?.role === 'researcher';
