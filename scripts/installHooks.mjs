// Runs after "npm ci" and "npm install": git looks for hooks in .githooks, so that they are versioned with the code.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('.git')) {
  try {
    execFileSync('git', ['config', 'core.hooksPath', '.githooks'], { stdio: 'ignore' });
  } catch {
    // No git on this machine, or a read-only checkout: the hook is a convenience, the install must not fail for it.
  }
}
