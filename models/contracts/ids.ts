import { z } from 'zod';

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,63}$/;
const idRule = '1 to 64 letters, digits, ".", "_", ":", "~" or "-", starting with a letter or digit';

/** An id that is safe in an MQTT topic, a URL path and a file name. */
const id = () => z.string({ error: `must be ${idRule}` }).regex(idPattern, { error: `must be ${idRule}` });

export const nodeIdSchema = id();
export const batchIdSchema = id();
export const productIdSchema = id();
export const placeIdSchema = id();
export const shipmentIdSchema = id();
export const probeSchema = id();

/** Where in a load a sensor is. */
export const positionSchema = id();

/** The probe a reading belongs to when a node has only one. */
export const mainProbe = 'main';

/** The position of a sensor when a batch has only one. */
export const mainPosition = 'main';
