import { addAudit } from '../../server/store/metadata/audit.ts';
import { type MetadataTarget, openMetadata } from '../../server/store/metadata/database.ts';

/** A process of its own that writes a few lines into the audit trail of `tani` for each word it is sent, until 'end'. */
const { target, actor, at } = JSON.parse(process.argv[2] ?? '{}') as {
  target: MetadataTarget;
  actor: string;
  at: number;
};
const { db, close } = await openMetadata(target);
const line = { at, orgId: 'tani', actor, action: 'test.wrote', detail: '' };
process.on('message', async word => {
  if (word === 'end') {
    await close();
    process.disconnect?.();
    return;
  }
  for (const n of [1, 2, 3]) await addAudit(db, { ...line, subject: `${word} ${n}` });
  process.send?.('written');
});
process.send?.('open');
