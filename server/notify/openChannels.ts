import type { Clock, GatewayControl } from '../../models/contracts/intake.ts';
import { type Config, dataLayout } from '../config.ts';
import type { Log } from '../log.ts';
import { changeContact, removeContact } from '../store/metadata/contacts.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findNode } from '../store/metadata/nodes.ts';
import { createChannels, type OpenChannels } from './createChannels.ts';

/** The channels of a server, on its settings and its metadata. */
export function openChannels(parts: {
  readonly config: Config;
  readonly db: MetadataDb;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateway: () => GatewayControl | undefined;
}): OpenChannels {
  const { config, db } = parts;
  return createChannels({
    ...parts,
    pushKeysPath: dataLayout(config.dataDir).pushKeys,
    ownsNode: async (orgId, nodeId) => (await findNode(db, orgId, nodeId)) !== null,
    async onGone({ orgId, contactId, channel }, reason) {
      // A browser subscribes anew as another contact; a webhook may be switched on again.
      if (channel === 'web-push') await removeContact(db, orgId, contactId);
      else await changeContact(db, orgId, contactId, { disabledReason: reason });
    },
  });
}
