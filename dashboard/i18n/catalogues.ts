import type account from './id/account.json';
import type alertRules from './id/alertRules.json';
import type alerts from './id/alerts.json';
import type audit from './id/audit.json';
import type batch from './id/batch.json';
import type batchLife from './id/batchLife.json';
import type charts from './id/charts.json';
import type claim from './id/claim.json';
import type compare from './id/compare.json';
import type core from './id/core.json';
import type experiments from './id/experiments.json';
import type fit from './id/fit.json';
import type label from './id/label.json';
import type manage from './id/manage.json';
import type newBatch from './id/newBatch.json';
import type parameterSets from './id/parameterSets.json';
import type quarantine from './id/quarantine.json';
import type scan from './id/scan.json';
import type sensors from './id/sensors.json';
import type shipments from './id/shipments.json';
import type why from './id/why.json';

/** Languages the pages speak; Indonesian is the first and the one every message is written in. */
export const languages = ['id', 'en', 'ja'] as const;
export type Language = (typeof languages)[number];

/** One file each per language, fetched with the pages that need it. `core` is there from the start. */
interface Catalogues {
  core: typeof core;
  compare: typeof compare;
  account: typeof account;
  alertRules: typeof alertRules;
  alerts: typeof alerts;
  audit: typeof audit;
  batch: typeof batch;
  batchLife: typeof batchLife;
  charts: typeof charts;
  claim: typeof claim;
  experiments: typeof experiments;
  fit: typeof fit;
  label: typeof label;
  manage: typeof manage;
  newBatch: typeof newBatch;
  parameterSets: typeof parameterSets;
  quarantine: typeof quarantine;
  scan: typeof scan;
  sensors: typeof sensors;
  shipments: typeof shipments;
  why: typeof why;
}
export type Area = keyof Catalogues;

/** The name of a message. Ids are unique across areas; a page may use those of `core` and of the areas it opens. */
export type MessageId = { [A in Area]: keyof Catalogues[A] & string }[Area];
export type MessageValues = Readonly<Record<string, string | number>>;

/** A message with its values filled in; what pure code takes instead of knowing the language. */
export type Translate = (id: MessageId, values?: MessageValues) => string;
