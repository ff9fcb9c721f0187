import { describe, expect, it } from 'vitest';
import { defaultLimits, limitsFor } from '../../gateway/gatewayLimits.ts';

describe('limitsFor', () => {
  it('gives the usual limits for the usual number of connections', () => {
    expect({ ...defaultLimits, ...limitsFor(10_000) }).toEqual(defaultLimits);
  });

  it('leaves one address the same share of many connections, and never none', () => {
    expect(limitsFor(50_000)).toEqual({ maxConnections: 50_000, maxConnectionsPerAddress: 30_000 });
    expect(limitsFor(1).maxConnectionsPerAddress).toBe(1);
  });
});
