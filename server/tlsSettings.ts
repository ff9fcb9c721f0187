import { ConfigError } from './errors.ts';

/** MQTT over TLS: where, and paths of PEM files. A client CA asks every client for a certificate. */
export interface MqttTlsConfig {
  readonly host: string;
  readonly port: number;
  readonly files: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

interface TlsVariables {
  readonly TAHAN_MQTT_HOST: string;
  readonly TAHAN_MQTT_TLS_HOST?: string | undefined;
  readonly TAHAN_MQTT_TLS_PORT?: number | undefined;
  readonly TAHAN_TLS_CERT?: string | undefined;
  readonly TAHAN_TLS_KEY?: string | undefined;
  readonly TAHAN_TLS_CLIENT_CA?: string | undefined;
}

const needsFiles = ['TAHAN_TLS_CERT', 'TAHAN_TLS_KEY'] as const;
const needsPort = ['TAHAN_TLS_CERT', 'TAHAN_TLS_KEY', 'TAHAN_TLS_CLIENT_CA', 'TAHAN_MQTT_TLS_HOST'] as const;

/**
 * Null when no TLS is asked for.
 *
 * @throws {ConfigError} for half a set: somebody would believe to have TLS who has not
 */
export function mqttTlsOf(variables: TlsVariables): MqttTlsConfig | null {
  const { TAHAN_MQTT_TLS_PORT: port, TAHAN_TLS_CERT: cert, TAHAN_TLS_KEY: key } = variables;
  if (port === undefined) {
    const alone = needsPort.find(name => variables[name] !== undefined);
    if (alone === undefined) return null;
    throw missing(['TAHAN_MQTT_TLS_PORT'], `a port such as 8883, because ${alone} is set`);
  }
  if (cert === undefined || key === undefined) {
    const absent = needsFiles.filter(name => variables[name] === undefined);
    throw missing(absent, 'the path of a PEM file, because TAHAN_MQTT_TLS_PORT is set');
  }
  const { TAHAN_TLS_CLIENT_CA: clientCa } = variables;
  return {
    host: variables.TAHAN_MQTT_TLS_HOST ?? variables.TAHAN_MQTT_HOST,
    port,
    files: { cert, key, ...(clientCa === undefined ? {} : { clientCa }) },
  };
}

const missing = (names: readonly string[], allowed: string): ConfigError =>
  new ConfigError(names.map(variable => ({ variable, value: '', allowed })));
