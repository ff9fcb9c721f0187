import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScanned } from '../../dashboard/scanned.ts';

describe('readScanned', () => {
  test.each([
    ['https://tahan.example/p/7K3Q9ZPM4T', { is: 'label', code: '7K3Q9ZPM4T' }],
    ['https://another.host:8443/b/7k3q9-zpm4t', { is: 'label', code: '7K3Q9ZPM4T' }],
    ['https://tahan.example/01/09506000134352/10/takwa-1?c=7K3Q9ZPM4T', { is: 'label', code: '7K3Q9ZPM4T' }],
    ['7k3q9 zpm4t', { is: 'label', code: '7K3Q9ZPM4T' }],
    ['7K3Q9-ZPMOI', { is: 'label', code: '7K3Q9ZPM01' }],
    ['https://tahan.example/sensor/S-03', { is: 'node', nodeId: 'S-03' }],
    ['https://tahan.example/sensor/kulkas%2E1', { is: 'node', nodeId: 'kulkas.1' }],
    ['https://tahan.example/claim#7K3Q-9ZPM', { is: 'claim', code: '7K3Q-9ZPM' }],
    ['7k3q9zpm', { is: 'claim', code: '7K3Q-9ZPM' }],
  ])('%s is what it says', (text, scanned) => {
    expect(readScanned(text)).toEqual(scanned);
  });

  test.each([
    '',
    'https://tahan.example/01/09506000134352/10/takwa-1',
    'https://tahan.example/p/nothing',
    'https://tahan.example/p/',
    'WIFI:S:warung;T:WPA;P:rahasia;;',
    'javascript:alert(1)',
    'https://',
    '8991234567890',
  ])('%s stands for nothing of ours', text => {
    expect(readScanned(text)).toEqual({ is: 'unknown' });
  });

  test('readScanned takes whatever a camera may see', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })),
        text => {
          expect(['label', 'node', 'claim', 'unknown']).toContain(readScanned(text).is);
        },
      ),
    );
  });
});
