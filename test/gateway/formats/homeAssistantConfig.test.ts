import { describe, expect, it } from 'vitest';
import { isReadNatively, templatePath } from '../../../gateway/formats/homeAssistantConfig.ts';

describe('templatePath', () => {
  it.each([
    ['{{ value_json.temperature }}', ['temperature']],
    ['{{value_json.a.b_c.d1}}', ['a', 'b_c', 'd1']],
    ["{{ value_json['suhu kotak'].c }}", ['suhu kotak', 'c']],
    ['{{ value }}', []],
  ])('walks %s', (template, path) => {
    expect(templatePath(template)).toEqual(path);
  });

  it.each([
    '{{ value_json.t | float }}',
    '{{ value_json.t * 2 }}',
    '{{ value_json }}',
    '{{ value_json.a[0] }}',
    "{{ ''.__class__.__mro__[1] }}",
    '{% if true %}1{% endif %}',
    '{{ value_json.a }}{{ value_json.b }}',
    '{{ states("sensor.x") }}',
    '',
    `{{ value_json${'.a'.repeat(400)} }}`,
  ])('refuses %s', template => {
    expect(templatePath(template)).toBeUndefined();
  });
});

describe('isReadNatively', () => {
  it('knows the topics that have a reader of their own', () => {
    for (const topic of ['zigbee2mqtt/a', 'tele/a/SENSOR', '+/+/BTtoMQTT/A4C138', 'home/g/BTtoMQTT/A4C138'])
      expect(isReadNatively(topic), topic).toBe(true);
    for (const topic of ['rak/1', 'homeassistant/sensor/x/state', 'television/x'])
      expect(isReadNatively(topic), topic).toBe(false);
  });
});
