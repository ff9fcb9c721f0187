export type Wiring = 'point by point' | 'batches of 1,000';

/** A flow from the readings topic into InfluxDB, as Node-RED keeps it in its flow file. */
export function nodeRedFlow(wiring: Wiring, mqttPort: number, influxUrl: string): unknown[] {
  const usual = wiring === 'point by point';
  const { hostname, port } = new URL(influxUrl);
  const broker = { id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(mqttPort) };
  const common = [
    { id: 'tab', type: 'tab', label: 'readings' },
    { ...broker, clientid: '', autoConnect: true, cleansession: true, keepalive: '60', protocolVersion: '4' },
    {
      ...{ id: 'in', type: 'mqtt in', z: 'tab', topic: 'tahan/+/readings', qos: '1', datatype: 'json' },
      ...{ broker: 'broker', wires: [['shape']] },
    },
    {
      ...{ id: 'shape', type: 'function', z: 'tab', outputs: 1, wires: [['out']] },
      func: usual ? toPoint : toLines,
    },
  ];
  if (usual)
    return [
      ...common,
      { id: 'influx', type: 'influxdb', hostname, port, database: 'bench', influxdbVersion: '1.x' },
      {
        ...{ id: 'out', type: 'influxdb out', z: 'tab', influxdb: 'influx', measurement: 'reading' },
        ...{ precision: 'ms', wires: [] },
      },
    ];
  return [
    ...common,
    { id: 'tick', type: 'inject', z: 'tab', repeat: '0.2', once: true, props: [], wires: [['shape']] },
    {
      ...{
        id: 'out',
        type: 'http request',
        z: 'tab',
        method: 'POST',
        ret: 'txt',
        persist: true,
        wires: [[]],
      },
      url: `${influxUrl}/write?db=bench&precision=ms`,
    },
  ];
}

/** What the InfluxDB node wants: fields, and tags. */
const toPoint = `
const { measuredAt, temperatureC, humidityPct, batteryPct, sequence } = msg.payload;
msg.payload = [
  { time: Date.parse(measuredAt), temperature: temperatureC, humidity: humidityPct, battery: batteryPct, sequence },
  { node: msg.topic.split('/')[1] },
];
return msg;`;

/** Lines of the InfluxDB protocol, a thousand at a time, or what there is at a tick. */
const toLines = `
const lines = context.get('lines') || [];
if (msg.topic) {
  const { measuredAt, temperatureC, humidityPct, batteryPct, sequence } = msg.payload;
  lines.push('reading,node=' + msg.topic.split('/')[1] + ' temperature=' + temperatureC + ',humidity=' + humidityPct +
    ',battery=' + batteryPct + ',sequence=' + sequence + ' ' + Date.parse(measuredAt));
  if (lines.length < 1000) { context.set('lines', lines); return null; }
} else if (lines.length === 0) return null;
context.set('lines', []);
return { payload: lines.join('\\n') };`;
