import type { LaunchOptions } from 'playwright-core';

/** Debian's Chromium without a sandbox (tests run as root in containers) and without calls to the outside. */
export const browserOptions: LaunchOptions = {
  executablePath: process.env.TAHAN_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
