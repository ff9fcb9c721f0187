/** Settings that cannot be used. Names every wrong variable at once, so that nobody mends them one start at a time. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(f => `${f.variable} is ${JSON.stringify(f.value)} but must be ${f.allowed}`).join('; '));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

export interface ConfigFault {
  readonly variable: string;
  readonly value: string;
  readonly allowed: string;
}

/** The world failed: disk, file, database. Whoever handed us the work keeps it and offers it again. */
export class StoreUnavailable extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StoreUnavailable';
  }
}

/** One field of a request that is wrong: which, what came, what is allowed. */
export interface FieldFault {
  readonly field: string;
  readonly value: string;
  readonly allowed: string;
}

/**
 * Everything the API may answer besides success. `code` is API: scripts and tests rely on it, the words may change.
 */
export const apiErrors = {
  'request.not_json': { status: 400, title: 'The body is not JSON' },
  'request.wrong_type': { status: 415, title: 'The body must be sent as another type' },
  'request.not_json_type': { status: 415, title: 'The body must be sent as application/json' },
  'request.too_large': { status: 413, title: 'The body is too large' },
  'request.encoding_not_allowed': { status: 415, title: 'Compressed bodies are not taken' },
  'request.length_required': { status: 411, title: 'A body needs a Content-Length' },
  'request.invalid': { status: 422, title: 'Some fields cannot be used' },
  'request.malformed': { status: 400, title: 'The request is malformed' },
  'request.origin_not_allowed': { status: 403, title: 'The request comes from another site' },
  'auth.required': { status: 401, title: 'Sign in first' },
  'auth.token_unknown': { status: 401, title: 'The token is not valid' },
  'auth.wrong_password': { status: 401, title: 'E-mail or password does not match' },
  'auth.not_a_member': { status: 403, title: 'This account belongs to no organisation' },
  'auth.role_not_allowed': { status: 403, title: 'Your role may not do this' },
  'auth.too_many_attempts': { status: 429, title: 'Too many sign-in attempts' },
  'auth.busy': { status: 503, title: 'Too many people sign in at once' },
  'request.too_many': { status: 429, title: 'Too many requests' },
  'request.too_many_streams': { status: 429, title: 'Too many live streams are open' },
  'route.not_found': { status: 404, title: 'There is nothing at this address' },
  'route.method_not_allowed': { status: 405, title: 'This address does not take this method' },
  'node.not_found': { status: 404, title: 'There is no such node' },
  'node.exists': { status: 409, title: 'A node or bridge with this id exists already' },
  'edge_gateway.not_found': { status: 404, title: 'There is no such edge gateway' },
  'edge_gateway.exists': { status: 409, title: 'An edge gateway with this id exists already' },
  'bridge.not_found': { status: 404, title: 'There is no such bridge' },
  'bridge.exists': { status: 409, title: 'A bridge or node with this id exists already' },
  'found_device.not_found': { status: 404, title: 'There is no such found device' },
  'found_device.claimed': { status: 409, title: 'This device is a node already' },
  'claim_code.unknown': { status: 404, title: 'There is no such claim code' },
  'claim_code.used': { status: 410, title: 'This claim code was used already' },
  'claim_code.expired': { status: 410, title: 'This claim code has expired' },
  'claim_code.too_many_attempts': { status: 429, title: 'Too many wrong claim codes' },
  'quarantine.not_found': { status: 404, title: 'There is no such entry in quarantine' },
  'quarantine.cannot_release': { status: 422, title: 'This cannot be released' },
  'alert.not_found': { status: 404, title: 'There is no such alert' },
  'batch.not_found': { status: 404, title: 'There is no such batch' },
  'batch.ended': { status: 409, title: 'Nothing is left of this batch' },
  'batch.exists': { status: 409, title: 'A batch with this id exists already' },
  'organisation.not_found': { status: 404, title: 'There is no such organisation' },
  'organisation.exists': { status: 409, title: 'An organisation with this id exists already' },
  'user.exists': { status: 409, title: 'This person is a member already' },
  'member.not_found': { status: 404, title: 'There is no such member' },
  'member.last_owner': { status: 409, title: 'A firm needs an owner' },
  'member.belongs_elsewhere': { status: 409, title: 'This person belongs to another firm as well' },
  'member.has_no_account': { status: 403, title: 'A token has no account' },
  'session.not_found': { status: 404, title: 'There is no such session' },
  'token.not_found': { status: 404, title: 'There is no such token' },
  'token.role_too_high': { status: 403, title: 'A token may do no more than who makes it' },
  'invitation.not_found': { status: 404, title: 'There is no such open invitation' },
  'password_reset.not_found': { status: 404, title: 'This link opens nothing any more' },
  'grant.not_found': { status: 404, title: 'There is no such grant' },
  'label.not_found': { status: 404, title: 'No batch of this firm carries this code' },
  'label.code_unknown': { status: 422, title: 'This code was not set aside for a label' },
  'label.too_many_reserved': { status: 409, title: 'Too many codes wait for a batch' },
  'shipment.not_found': { status: 404, title: 'There is no such shipment' },
  'shipment.exists': { status: 409, title: 'A shipment with this id exists already' },
  'shipment.wrong_state': { status: 409, title: 'The shipment is not at this point of its way' },
  'placement.not_found': { status: 404, title: 'There is no such placement' },
  'product.not_found': { status: 404, title: 'There is no such product' },
  'product.exists': { status: 409, title: 'A product with this id exists already' },
  'place.not_found': { status: 404, title: 'There is no such place' },
  'place.exists': { status: 409, title: 'A place with this id exists already' },
  'observation.exists': { status: 409, title: 'This id is taken' },
  'observation.not_found': { status: 404, title: 'There is no such observation' },
  'placement.overlaps': { status: 409, title: 'Another placement is in the way' },
  'experiment.not_found': { status: 404, title: 'There is no such experiment' },
  'experiment.exists': { status: 409, title: 'An experiment with this id exists already' },
  'experiment.changed': { status: 409, title: 'Somebody added a version meanwhile' },
  'experiment.too_many': { status: 409, title: 'There are too many experiments or versions' },
  'fit.not_found': { status: 404, title: 'There is no such fit' },
  'fit.too_many_waiting': { status: 429, title: 'Too many fits wait' },
  'archive.damaged': { status: 422, title: 'This is no archive of an experiment' },
  'archive.fit_not_done': { status: 409, title: 'This fit has no result yet' },
  'fit.too_many': { status: 409, title: 'There are too many fits' },
  'parameter_set.not_found': { status: 404, title: 'There is no such parameter set' },
  'parameter_set.not_yours': { status: 409, title: 'This parameter set is not of this firm' },
  'parameter_set.withdrawn': { status: 409, title: 'This parameter set was withdrawn' },
  'parameter_set.blocked': {
    status: 422,
    title: 'The law does not allow what was tested, or its limit is unknown',
  },
  'parameter_set.in_use': { status: 409, title: 'This parameter set is in use already' },
  'parameter_set.too_many': { status: 409, title: 'There are too many parameter sets' },
  'proposal.not_found': { status: 404, title: 'There is no such proposal' },
  'proposal.decided': { status: 409, title: 'This proposal is not open any more' },
  'rerun.not_found': { status: 404, title: 'There is no such re-run' },
  'rerun.over': { status: 409, title: 'This re-run is over' },
  'contact.not_found': { status: 404, title: 'There is no such contact' },
  'contact.exists': { status: 409, title: 'This address is a contact already' },
  'contact.too_many': { status: 409, title: 'There are too many contacts' },
  'contact.not_yours': { status: 403, title: 'Contacts of others are the business of an owner' },
  'contact.channel_off': { status: 409, title: 'This server is not set up for this channel' },
  'contact.verified': { status: 409, title: 'This contact has been verified already' },
  'contact.not_verified': { status: 409, title: 'This contact has not been verified yet' },
  'contact.code_wrong': { status: 422, title: 'This is not the code that was sent' },
  'contact.code_expired': { status: 410, title: 'This code does not hold any more' },
  'contact.too_many_tries': { status: 429, title: 'Too many wrong codes' },
  'contact.too_many_messages': { status: 429, title: 'Too many messages were sent to try this' },
  'store.unavailable': { status: 503, title: 'The store cannot be reached right now' },
  'server.failed': { status: 500, title: 'The server failed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ApiErrorCode = keyof typeof apiErrors;

/** A refusal with a stable code; `api/problem.ts` alone turns it into an HTTP answer. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly faults: readonly FieldFault[];

  constructor(code: ApiErrorCode, detail: string, faults: readonly FieldFault[] = []) {
    super(detail);
    this.name = 'ApiError';
    this.code = code;
    this.faults = faults;
  }
}
