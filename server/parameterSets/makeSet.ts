import { randomBytes } from 'node:crypto';
import type { NewParameterSet } from '../../models/contracts/parameterSets.ts';
import { ModelDomainError } from '../../models/errors.ts';
import { type FitReport, floraFromFit } from '../../models/laboratory/parametersFromFit.ts';
import { parameterFaults } from '../../models/parameters/checkParameters.ts';
import type { Parameter } from '../../models/parameters/parameterSet.ts';
import { parameterNames, parameterUnits, treatmentsLike } from '../../models/parameters/setParameters.ts';
import type { SpoilageFlora } from '../../models/parameters/tahu.ts';
import { type EnteredLimit, legalVerdict } from '../../models/preservation/legalGate.ts';
import { leverOf } from '../../models/preservation/levers.ts';
import { ApiError, type FieldFault } from '../errors.ts';
import type { ParametersInUse } from '../shelf-life/parametersInUse.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import { findExperimentVersion } from '../store/metadata/experiments.ts';
import { findFit } from '../store/metadata/fits.ts';
import { findOrganisation } from '../store/metadata/organisations.ts';
import { latestVersionOf, type StoredParameterSet } from '../store/metadata/parameterSets.ts';
import { refOf, requireSet, type SetRef } from './anySet.ts';

interface Maker {
  readonly orgId: string;
  readonly name: string;
  readonly now: number;
}

interface FitFound {
  readonly model: string;
  readonly report: FitReport;
  readonly source: string;
  readonly testedRangeC: { readonly min: number; readonly max: number } | null;
}

/**
 * A draft from numbers, a fit, or both: what is not said stays as in its parent.
 *
 * @throws {ApiError} request.invalid naming every number that makes it unusable; fit.not_found, parameter_set.not_found
 */
export async function makeSet(
  { db, inUse }: { readonly db: MetadataDb; readonly inUse: ParametersInUse },
  { orgId, name, now }: Maker,
  asked: NewParameterSet,
): Promise<StoredParameterSet> {
  const parentRef = asked.parent ?? refOf(inUse.now(orgId, asked.treatment));
  const parent = await requireSet(db, orgId, parentRef);
  if (!treatmentsLike(parent.treatment).includes(asked.treatment))
    throw refused([
      { field: 'parent', value: parentRef.parameterSetId, allowed: 'must be a set of the same class' },
    ]);
  const fit = await fitOf(db, orgId, asked);
  const fitted = fit === null ? parent.numbers.spoilage : takeFit(fit, parent.numbers.spoilage);
  const spoilage = withNumbers(fitted, asked.parameters, name);
  const testedRangeC = asked.testedRangeC ?? fit?.testedRangeC ?? null;
  const { parameterSetId, version } = await nameOf(db, orgId, asked, parentRef);
  const faults: FieldFault[] = [...leverFaults(asked)];
  if (testedRangeC === null)
    faults.push({
      field: 'testedRangeC',
      value: 'nothing',
      allowed: 'must be the lowest and highest temperature that was tested',
    });
  else faults.push(...parameterFaults({ parameterSetId, version, spoilage, testedRangeC }, asked.treatment));
  if (testedRangeC === null || faults.length > 0) throw refused(faults);
  const firm = await findOrganisation(db, orgId);
  return {
    ...{ parameterSetId, version, treatment: asked.treatment, title: asked.title, note: asked.note },
    ...{ author: name, madeAt: now, madeBy: name, fromOrgId: orgId, fromOrgName: firm?.name ?? orgId },
    ...{ fromFitId: asked.fitId ?? null, parent: parentRef, publishedAt: null, withdrawnAt: null },
    ...{ spoilage, testedRangeC, testedLevers: asked.testedLevers, legalLimits: entered(asked) },
  };
}

/** Why a set may not be published: its levers are not allowed where tahu is sold, or nobody has read the limit. */
export function legalFaults(set: Pick<StoredParameterSet, 'testedLevers' | 'legalLimits'>): string[] {
  return Object.entries(set.testedLevers).flatMap(([leverId, dose]) => {
    const lever = leverOf(leverId);
    const verdict = legalVerdict(lever, 'indonesia', set.legalLimits);
    if (!verdict.allowed) return [`${leverId}: ${verdict.why}`];
    if (verdict.maxDose !== null && dose > verdict.maxDose)
      return [`${leverId}: ${dose} is above the limit of ${verdict.maxDose} (${verdict.why})`];
    return [];
  });
}

/** An own set gets its next version; a new one goes on counting from its parent, so that a larger number is the later. */
async function nameOf(
  db: MetadataDb,
  orgId: string,
  asked: NewParameterSet,
  parent: SetRef,
): Promise<SetRef> {
  const { parameterSetId } = asked;
  if (parameterSetId === undefined)
    return { parameterSetId: newId(asked.title), version: parent.version + 1 };
  const latest = await latestVersionOf(db, orgId, parameterSetId);
  if (latest === 0)
    throw new ApiError('parameter_set.not_found', `there is no parameter set ${parameterSetId}`);
  return { parameterSetId, version: Math.max(latest, parent.version) + 1 };
}

function newId(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32);
  return `${words || 'set'}-${randomBytes(5).toString('hex')}`;
}

async function fitOf(db: MetadataDb, orgId: string, asked: NewParameterSet): Promise<FitFound | null> {
  const { fitId, fit } = asked;
  if (fitId === undefined)
    return fit === undefined ? null : { ...fit, source: 'own fit', testedRangeC: null };
  const found = await findFit(db, orgId, fitId);
  if (found === null) throw new ApiError('fit.not_found', `there is no fit ${fitId}`);
  if (found.kind !== 'fit' || found.state !== 'done' || found.outcome === null)
    throw refused([{ field: 'fitId', value: fitId, allowed: 'must be a fit that is done' }]);
  const data = await findExperimentVersion(db, orgId, found.experimentId, found.version);
  return {
    model: found.request.model,
    report: found.outcome as FitReport,
    source: `fit ${fitId} of experiment ${found.experimentId} v${found.version}`,
    testedRangeC: data === null ? null : { min: data.temperatureRangeC[0], max: data.temperatureRangeC[1] },
  };
}

function takeFit({ model, report, source }: FitFound, base: SpoilageFlora): SpoilageFlora {
  try {
    return floraFromFit({ model, report }, base, source);
  } catch (error) {
    if (!(error instanceof ModelDomainError)) throw error;
    throw refused([
      {
        field: error.parameter,
        value: (JSON.stringify(error.got) ?? 'nothing').slice(0, 200),
        allowed: `must be ${error.allowed}`,
      },
    ]);
  }
}

function withNumbers(
  base: SpoilageFlora,
  given: NewParameterSet['parameters'],
  author: string,
): SpoilageFlora {
  const changed: Record<string, Parameter | null> = {};
  for (const name of parameterNames) {
    const number = given[name];
    if (number === undefined) continue;
    if (number === null) {
      changed[name] = null;
      continue;
    }
    const old: Parameter | null = base[name];
    const range = number.range ?? old?.range;
    const sd = number.sd ?? old?.sd;
    changed[name] = {
      value: number.value,
      unit: number.unit ?? parameterUnits[name],
      mark: number.mark,
      source: number.source ?? `entered by ${author}`,
      matrix: number.matrix ?? old?.matrix ?? 'tofu',
      ...(sd === undefined
        ? {}
        : { sd, sdMark: number.sd === undefined ? (old?.sdMark ?? 'assumed') : number.mark }),
      ...(range === undefined ? {} : { range }),
    };
  }
  return { ...base, ...changed } as SpoilageFlora;
}

function leverFaults({ testedLevers, legalLimits }: NewParameterSet): FieldFault[] {
  const ids: [field: string, leverId: string][] = [
    ...Object.keys(testedLevers).map((id): [string, string] => ['testedLevers', id]),
    ...legalLimits.map(({ leverId }): [string, string] => ['legalLimits', leverId]),
  ];
  return ids.flatMap(([field, id]) => {
    try {
      leverOf(id);
      return [];
    } catch (error) {
      if (!(error instanceof ModelDomainError)) throw error;
      return [{ field: `${field}.${id}`, value: id, allowed: `must be ${error.allowed}` }];
    }
  });
}

const entered = ({ legalLimits }: NewParameterSet): EnteredLimit[] =>
  legalLimits.map(limit => ({ ...limit, law: 'indonesia' as const }));

const refused = (faults: readonly FieldFault[]): ApiError =>
  new ApiError(
    'request.invalid',
    faults
      .map(f => `${f.field} ${f.allowed}`)
      .join('; ')
      .slice(0, 4_000),
    [...faults],
  );
