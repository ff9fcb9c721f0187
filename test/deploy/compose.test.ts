import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig, settingNames } from '../../server/config.ts';
import { type ComposeService, composeFile, dockerInstructions, root, text } from './composeFile.ts';

const packageJson = JSON.parse(text('package.json')) as {
  version: string;
  devDependencies: Record<string, string>;
};
const full = composeFile('docker-compose.yml');
const simple = composeFile('docker-compose.simple.yml');
const tls = composeFile('docker-compose.tls.yml');
const services: [string, ComposeService][] = [
  ...Object.entries(full.services),
  ...Object.entries(simple.services).map(([name, one]): [string, ComposeService] => [`${name} alone`, one]),
];
const guide = text('docs/install-docker.md');

/** `${NAME:-default}` as Compose fills it in where NAME is not set. */
const filledIn = (value: string): string => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
const mounts = (service: ComposeService) =>
  (service.volumes ?? []).map(line => {
    const [source = '', target = '', mode = 'rw'] = line.split(':');
    return { source, target, mode };
  });

describe.each(services)('the service %s', (_name, service) => {
  it('has an image with a version of its own', () => {
    expect(service.image).toMatch(/^[a-z/]+:v?\d+\.\d+\.?\d*(-[a-z0-9]+)?$/);
    if (service.build !== undefined) expect(service.image).toBe(`tahan:${packageJson.version}`);
  });

  it('runs as a user by number who is not root, on a read-only tree, without capabilities', () => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  it('starts again by itself and has bounds for memory, processors, processes and logs', () => {
    expect(service.restart).toBe('unless-stopped');
    expect(Object.keys(service.deploy?.resources.limits ?? {}).sort()).toEqual(['cpus', 'memory', 'pids']);
    expect(service.logging?.options).toEqual({ 'max-size': '10m', 'max-file': '5' });
  });

  it('has a health check that calls a program without a shell', () => {
    expect(service.healthcheck?.test[0]).toBe('CMD');
  });

  it('publishes ports on loopback unless told otherwise', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^\$\{PUBLISH_\w+:-127\.0\.0\.1:\d+\}:\d+$/);
  });
});

describe('docker-compose.yml', () => {
  it('has server, databases, and by profile an edge gateway and Grafana', () => {
    const always = Object.entries(full.services).filter(([, service]) => service.profiles === undefined);
    expect(always.map(([name]) => name).sort()).toEqual(['influxdb', 'postgres', 'server']);
    expect(full.services.gateway?.profiles).toEqual(['gateway']);
    expect(full.services.grafana?.profiles).toEqual(['grafana']);
  });

  it('hands every secret over as a file, and only to services that use it', () => {
    for (const [name, service] of Object.entries(full.services)) {
      for (const secret of service.secrets ?? []) {
        expect(Object.keys(full.secrets ?? {}), `${secret} of ${name}`).toContain(secret);
        const path = `/run/secrets/${secret}`;
        const mounted = mounts(service).filter(({ source }) => source.startsWith('./'));
        const used =
          Object.values(service.environment ?? {}).includes(path) ||
          mounted.some(({ source }) => filesBelow(source).some(file => text(file).includes(path)));
        expect(used, `${name} uses ${secret}`).toBe(true);
      }
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        if (!/PASSWORD|TOKEN|SECRET|DATABASE_URL/.test(variable)) continue;
        expect(`${variable}=${value}`).toMatch(/_FILE=\/run\/secrets\/\w+$/);
        expect(service.secrets).toContain(String(value).replace('/run/secrets/', ''));
      }
    }
  });

  it('has its secrets made by deploy/make-secrets.sh, but for the one that "tahan edge add" prints', () => {
    const script = text('deploy/make-secrets.sh');
    for (const [name, { file }] of Object.entries(full.secrets ?? {})) {
      expect(file).toBe(`./deploy/secrets/${name}`);
      if (name !== 'uplink_password') expect(script).toContain(`keep ${name} `);
    }
  });

  it('names volumes and networks that exist, and uses each', () => {
    const all = Object.values(full.services);
    const named = all.flatMap(mounts).filter(({ source }) => !source.startsWith('./'));
    expect(new Set(named.map(({ source }) => source))).toEqual(new Set(Object.keys(full.volumes ?? {})));
    expect(new Set(all.flatMap(service => service.networks ?? []))).toEqual(
      new Set(Object.keys(full.networks ?? {})),
    );
  });

  it('mounts files of the project read-only, and only such that are there', () => {
    for (const { source, mode } of Object.values(full.services).flatMap(mounts)) {
      if (!source.startsWith('./')) continue;
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(mode).toBe('ro');
    }
  });

  it('keeps the databases off every network that reaches outside, and publishes no port of theirs', () => {
    expect(full.networks?.inside?.internal).toBe(true);
    for (const name of ['influxdb', 'postgres']) {
      expect(full.services[name]?.networks).toEqual(['inside']);
      expect(full.services[name]?.ports).toBeUndefined();
    }
  });

  it('starts a service after those it needs are healthy', () => {
    for (const { depends_on: needs = {} } of Object.values(full.services)) {
      for (const [name, need] of Object.entries(needs)) {
        expect(full.services[name]?.healthcheck).toBeDefined();
        expect(need.condition).toBe('service_healthy');
      }
    }
    // So that an edge gateway can run where the server does not.
    expect(full.services.gateway?.depends_on?.server?.required).toBe(false);
  });

  it('mounts scripts for the databases that may be run', () => {
    for (const script of ['deploy/influxdb/create-reader.sh', 'deploy/postgres/create-database.sh'])
      expect(statSync(join(root, script)).mode & 0o555).toBe(0o555);
  });

  it('uses the same organisation, bucket and token in InfluxDB, server and Grafana', () => {
    const influx = full.services.influxdb?.environment ?? {};
    const server = full.services.server?.environment ?? {};
    expect(server.INFLUX_ORG).toBe(influx.DOCKER_INFLUXDB_INIT_ORG);
    expect(server.INFLUX_BUCKET).toBe(influx.DOCKER_INFLUXDB_INIT_BUCKET);
    expect(server.INFLUX_TOKEN_FILE).toBe(influx.DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE);
    expect(text('deploy/grafana/provisioning/datasources/tahan.yml')).toContain(
      `dbName: ${influx.DOCKER_INFLUXDB_INIT_BUCKET}\n`,
    );
  });
});

describe('settings of Tahan in Compose files', () => {
  const ours: [string, ComposeService][] = [
    ...services.filter(([, service]) => service.build !== undefined),
    ['server with TLS', tls.services.server ?? {}],
  ];

  it.each(ours)('are known ones (%s)', (_name, service) => {
    const names = Object.keys(service.environment ?? {});
    expect(names.filter(name => !settingNames.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(ours)('are accepted by readConfig (%s)', (_name, { environment = {} }) => {
    const given = Object.entries(environment)
      // A secret in a file stands for one that is set.
      .filter(([name]) => !name.endsWith('_FILE'))
      .map(([name, value]) => [name, filledIn(String(value))]);
    expect(() => readConfig(Object.fromEntries(given))).not.toThrow();
  });

  it('are all in .env.example, as are all others', () => {
    const example = text('.env.example');
    for (const name of settingNames) expect(example).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

describe('Dockerfile', () => {
  const instructions = dockerInstructions('Dockerfile');
  const last = Math.max(...instructions.map(({ stage }) => stage));
  const inLast = instructions.filter(({ stage }) => stage === last);
  const only = (name: string) => inLast.filter(one => one.name === name).map(({ rest }) => rest);

  it('is built on the Node that the project pins, in every stage', () => {
    const bases = instructions.filter(({ name }) => name === 'FROM').map(({ rest }) => rest.split(' ')[0]);
    const stages = instructions.flatMap(({ name, rest }) =>
      name === 'FROM' ? [/ AS (\w+)$/.exec(rest)?.[1] ?? ''] : [],
    );
    const outside = bases.filter(base => !stages.includes(base ?? ''));
    expect(new Set(outside)).toEqual(new Set([`node:${packageJson.devDependencies.node}-bookworm-slim`]));
    expect(bases.length).toBeGreaterThan(2);
  });

  it('copies files that exist and that .dockerignore lets through', () => {
    const ignore = text('.dockerignore').split('\n');
    expect(ignore).toContain('*');
    for (const { name, rest } of instructions) {
      if (name !== 'COPY' || rest.startsWith('--from')) continue;
      for (const source of rest.split(' ').slice(0, -1)) {
        expect(existsSync(join(root, source)), source).toBe(true);
        expect(ignore).toContain(`!${source.replace('./', '')}`);
      }
    }
  });

  it('builds the dashboard with the settings that its own extend', () => {
    const { extends: base } = JSON.parse(text('dashboard/tsconfig.json')) as { extends: string };
    const copied = instructions.filter(({ name, stage }) => name === 'COPY' && stage === 1);
    expect(copied.flatMap(({ rest }) => rest.split(' '))).toContain(base.replace('../', ''));
  });

  it('ends as a user by number, with an entry point, a health check, a stop signal and a volume', () => {
    expect(only('USER')).toEqual(['1000:1000']);
    expect(only('ENTRYPOINT')).toEqual(['["tahan"]']);
    expect(only('CMD')).toEqual(['["serve"]']);
    expect(only('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(only('VOLUME')).toEqual(['/data']);
    expect(only('HEALTHCHECK')).toHaveLength(1);
  });

  it('installs nothing for development in the stage that runs', () => {
    expect(only('RUN').filter(command => command.includes('npm'))).toEqual([]);
    const kept = instructions.find(({ rest }) => rest.includes('npm ci --omit=dev'));
    expect(inLast.some(({ rest }) => rest.startsWith('--from=dependencies'))).toBe(true);
    expect(kept).toBeDefined();
  });
});

describe('docs/install-docker.md', () => {
  it.each(services)('names image, variables and secrets of the service %s', (_name, service) => {
    const wanted = [
      service.image ?? '',
      ...Object.keys(service.environment ?? {}),
      ...(service.secrets ?? []),
      ...mounts(service).map(({ source }) => source.replace('./', '')),
      ...[...JSON.stringify(service).matchAll(/\$\{(\w+)/g)].map(match => match[1] ?? ''),
    ];
    expect(wanted.filter(word => !guide.includes(`\`${word}\``))).toEqual([]);
  });

  it('names the settings of the file for TLS', () => {
    for (const name of [...Object.keys(tls.services.server?.environment ?? {}), 'PUBLISH_MQTTS'])
      expect(guide).toContain(`\`${name}\``);
  });
});

function filesBelow(path: string): string[] {
  const known = [
    'deploy/influxdb/create-reader.sh',
    'deploy/postgres/create-database.sh',
    'deploy/grafana/provisioning/datasources/tahan.yml',
  ];
  return known.filter(file => file.startsWith(path.replace('./', '')));
}
