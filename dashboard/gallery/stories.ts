import { barStories } from './barStories.tsx';
import { chartStories } from './chartStories.tsx';
import { formStories } from './formStories.tsx';
import { listStories } from './listStories.tsx';
import { messageStories } from './messageStories.tsx';
import type { Story } from './story.ts';
import { tokenStories } from './tokenStories.tsx';

export const stories: readonly Story[] = [
  ...tokenStories,
  ...barStories,
  ...listStories,
  ...messageStories,
  ...formStories,
  ...chartStories,
];
