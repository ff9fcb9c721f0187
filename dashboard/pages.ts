/** Pages of one address each, by the name the code calls them. */
export const pages = {
  home: '/',
  nodes: '/sensor',
  'new-batch': '/batch-baru',
  'install-node': '/pasang-sensor',
  quarantine: '/karantina',
  /** Stands in the QR code of a claim code, which the server makes. */
  claim: '/claim',
  shipments: '/pengiriman',
  'new-shipment': '/pengiriman/baru',
  alerts: '/peringatan',
  scan: '/pindai',
  experiments: '/percobaan',
  'new-experiment': '/percobaan/baru',
  compare: '/bandingkan',
  'parameter-sets': '/parameter',
  'why-it-keeps': '/mengapa-tahu-jepang-awet',
  calibration: '/kalibrasi',
  settings: '/pengaturan',
  audit: '/audit',
  /** The three that stand in messages to people who may not be signed in. */
  invitation: '/undangan',
  'new-password': '/sandi-baru',
  shared: '/berbagi',
} as const;

/** Pages of one thing each; `*` stands for its id. The first that matches is meant. */
export const pagesOfOne = {
  label: '/batch/*/label',
  batch: '/batch/*',
  node: '/sensor/*',
  shipment: '/pengiriman/*',
  alert: '/peringatan/*',
  experiment: '/percobaan/*',
  'parameter-set': '/parameter/*',
  'settings-section': '/pengaturan/*',
} as const;
