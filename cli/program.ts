import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };

/**
 * What runs for long is started often enough, and by whoever waits for it: it is loaded alone. Loading is most of a start,
 * and a seventh of that are the other commands.
 */
const servers: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  serve: async () => (await import('./serve.ts')).addServeCommand,
  gateway: async () => (await import('./gateway.ts')).addGatewayCommand,
  server: async () => (await import('./server.ts')).addServerCommand,
};

async function buildProgram(command: string | undefined): Promise<Command> {
  const program = new Command('tahan')
    .description(packageJson.description)
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(add --help to see what is allowed)');
  const isServer = command !== undefined && Object.hasOwn(servers, command);
  const add = isServer ? await servers[command]!() : (await import('./everyCommand.ts')).addEveryCommand;
  add(program);
  return program;
}

/** Runs one command line. Exit code 0 on success, 2 on bad usage, 1 on failure; errors are one sentence on stderr. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    // Settings of the environment win over those of the file.
    if (existsSync('.env')) process.loadEnvFile('.env');
    const program = await buildProgram(argv[2]);
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed its sentence (or the help that was asked for).
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(`tahan: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = isUsageError(error) ? 2 : 1;
  }
}

/** A setting or an argument that is wrong, as opposed to work that failed. */
function isUsageError(error: unknown): boolean {
  return error instanceof Error && ['ConfigError', 'UsageError', 'TlsFileError'].includes(error.name);
}

if (import.meta.main) await run(process.argv);
