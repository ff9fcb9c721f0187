import type { X509Certificate } from 'node:crypto';

/** What may be written as a name in a certificate and compared here: the characters of an id, and "/". */
const plainName = /^DNS:([A-Za-z0-9._:~/-]+)$/;

/**
 * Whom a client certificate speaks for: its common name, and the DNS names of its subject alternative name. A
 * subject alternative name with quoted parts counts for nothing, because a comma inside the quotes could pretend to
 * begin another name.
 */
export function certificateNames(certificate: X509Certificate): readonly string[] {
  const { subject } = certificate.toLegacyObject();
  const commonNames = [subject.CN ?? []].flat();
  const alternatives = certificate.subjectAltName ?? '';
  const dnsNames = alternatives.includes('"')
    ? []
    : alternatives.split(', ').flatMap(entry => plainName.exec(entry)?.[1] ?? []);
  return [...new Set([...commonNames, ...dnsNames])];
}
