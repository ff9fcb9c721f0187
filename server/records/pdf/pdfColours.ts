import type { BatchStatus } from '../../../models/contracts/estimate.ts';

/** Those of the screens in their light form. */
export const colours = {
  ink: '0D1A17',
  ink2: '3A4A46',
  ink3: '566661',
  line: 'D9E0DD',
  line2: '7D8C87',
  sunken: 'EBEFED',
  gap: 'DDE3E6',
  temperature: '1F66B0',
  limit: 'A81C17',
  tooWarm: 'FBE3E0',
  cold: 'E7F3F0',
  turmeric: 'F2B81B',
  turmericLight: 'FBDF8B',
  white: 'FFFFFF',
} as const;

export interface StatusColours {
  readonly text: string;
  readonly tint: string;
  readonly fill: string;
  readonly edge: string;
}

export const statusColours: Readonly<Record<BatchStatus, StatusColours>> = {
  fresh: { text: '0A6B5B', tint: 'DFF3EE', fill: '17947F', edge: '0A6B5B' },
  'use-soon': { text: '7F4700', tint: 'FFEFCF', fill: 'F0A31F', edge: 'A86400' },
  'spoilage-risk': { text: 'A81C17', tint: 'FCE4E1', fill: 'D4352B', edge: 'A81C17' },
  unknown: { text: '46545F', tint: 'E8ECEF', fill: '7B8892', edge: '7B8892' },
};
