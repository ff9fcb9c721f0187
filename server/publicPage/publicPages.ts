import { createHmac, randomBytes } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { storageSchema } from '../../models/contracts/batch.ts';
import { type Verdict, verdictSchema } from '../../models/contracts/observation.ts';
import { publicCodeSchema } from '../../models/contracts/publicCode.ts';
import { attemptStore } from '../api/attemptStore.ts';
import { codeKey } from '../links/labelOf.ts';
import type { Services } from '../services.ts';
import { recordPublicVerdict } from '../shelf-life/publicVerdict.ts';
import { findPublicCodeOfAnyOrganisation } from '../store/metadata/publicCodes.ts';
import { boughtHours } from './packLife.ts';
import { packPolicy } from './packStyle.ts';
import { createPackViews } from './packViews.ts';
import { type PackLanguage, packLanguages } from './packWords.ts';
import { renderNoPack } from './pageFrame.ts';
import { renderPack, type Thanks } from './renderPack.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A crowd behind one address may look; a machine that tries codes gets nowhere among 2^50. */
const pagesAMinute = 120;
const unknownInQuarterHour = 30;
/** Of one address about one batch in a day: a family, not a campaign. */
const verdictsADay = 10;
const cookieName = 'tahan_pack';

/** What can be chosen on the page. Anything else falls back to the default: an old link still opens. */
const choiceSchema = z.object({
  storage: storageSchema.optional().catch(undefined),
  bought: z
    .enum(boughtHours.map(String) as [string, ...string[]])
    .transform(text => Number(text) as (typeof boughtHours)[number])
    .catch(0),
  thanks: z.enum(['recorded', 'already']).nullable().catch(null),
});

/**
 * The buyer's pages behind the codes on labels: plain HTML that works without a script. What they show is public to
 * whoever holds the pack, and nothing else is shown.
 */
export function publicPages(services: Services): Router {
  const { db, config, clock } = services;
  const router = Router();
  const views = createPackViews(services);
  const tooOften = (request: Request, response: Response) =>
    sendPage(response.status(429).set('retry-after', '60'), renderNoPack(languageOf(request), 'busy'));
  const limits = {
    standardHeaders: false,
    legacyHeaders: false,
    handler: tooOften,
    keyGenerator: (request: Request) => ipKeyGenerator(request.ip ?? 'unknown'),
  } as const;
  const perMinute = rateLimit({
    ...limits,
    windowMs: minuteMs,
    limit: pagesAMinute,
    store: attemptStore(minuteMs),
  });
  const unknownCodes = rateLimit({
    ...limits,
    windowMs: 15 * minuteMs,
    limit: unknownInQuarterHour,
    store: attemptStore(15 * minuteMs),
    requestWasSuccessful: (_request, response) => response.statusCode !== 404,
    skipSuccessfulRequests: true,
  });
  const verdicts = attemptStore(dayMs);
  /** Of this run: after a restart a device may speak again. */
  const deviceSecret = randomBytes(32);
  const pages = [securePage, perMinute, unknownCodes] as const;

  router.get('/p', ...pages, (request, response) => {
    const code = publicCodeSchema.safeParse(request.query.code);
    const lang = languageOf(request);
    if (code.success) response.redirect(303, `/p/${code.data}?lang=${lang.code}`);
    else sendPage(response.status(request.query.code === undefined ? 200 : 404), renderNoPack(lang, 'ask'));
  });
  router.get('/p/:code', ...pages, async (request, response) => {
    const lang = languageOf(request);
    const found = await findBatchOf(String(request.params.code));
    if (found === null) {
      sendPage(response.status(404), renderNoPack(lang, 'unknown'));
      return;
    }
    const { thanks, ...choice } = choiceSchema.parse(request.query);
    const view = await views.viewOf(found, choice);
    if (thanks === null) response.set('cache-control', 'public, max-age=60').vary('Accept-Language');
    sendPage(response, renderPack(view, lang, thanks));
  });
  router.get('/b/:code', ...pages, (request, response) =>
    redirectToCode(request, response, request.params.code),
  );
  // A lot number alone could be guessed: without the code that our labels carry there is nothing to see.
  router.get(['/01/:gtin/10/:lot', '/01/:gtin/10/:lot/*rest'], ...pages, (request, response) =>
    redirectToCode(request, response, request.query[codeKey]),
  );
  const form = express.urlencoded({ extended: false, limit: '1kb', parameterLimit: 10, inflate: false });
  router.post('/p/:code/verdict', ...pages, form, async (request, response) => {
    const found = await findBatchOf(String(request.params.code));
    const verdict = verdictSchema.safeParse(request.body?.verdict);
    if (found === null || !verdict.success || request.get('sec-fetch-site') === 'cross-site') {
      sendPage(response.status(404), renderNoPack(languageOf(request), 'unknown'));
      return;
    }
    const thanks = await takeVerdict(request, response, found, verdict.data);
    if (thanks === null) {
      tooOften(request, response);
      return;
    }
    const { storage, bought } = choiceSchema.parse(request.body);
    const chosen = `${storage === undefined ? '' : `&storage=${storage}`}&bought=${bought}`;
    const lang = languageOf(request, request.body?.lang).code;
    response.redirect(303, `/p/${found.code}?lang=${lang}${chosen}&thanks=${thanks}`);
  });
  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    services.log.error({ err: error }, 'the page of a pack could not be made');
    const status = (error as { status?: number }).status;
    const isTheirs = status !== undefined && status >= 400 && status < 500;
    return sendPage(
      response.status(isTheirs ? status : 503),
      renderNoPack(languageOf(request), isTheirs ? 'unknown' : 'failed'),
    );
  });

  async function findBatchOf(text: string) {
    const code = publicCodeSchema.safeParse(text);
    if (!code.success) return null;
    const batch = await findPublicCodeOfAnyOrganisation(db, code.data);
    return batch && { ...batch, code: code.data };
  }

  function redirectToCode(request: Request, response: Response, text: unknown): void {
    const code = publicCodeSchema.safeParse(text);
    if (code.success) response.redirect(302, `/p/${code.data}`);
    else sendPage(response.status(404), renderNoPack(languageOf(request), 'unknown'));
  }

  /** @returns null when this address has had its say too often */
  async function takeVerdict(
    request: Request,
    response: Response,
    { orgId, batchId }: { readonly orgId: string; readonly batchId: string },
    verdict: Verdict,
  ): Promise<Thanks> {
    const address = ipKeyGenerator(request.ip ?? 'unknown');
    const { totalHits } = await verdicts.increment(`${orgId} ${batchId} ${address}`);
    if (totalHits > verdictsADay) return null;
    const device = readCookie(request) ?? randomBytes(16).toString('base64url');
    const isHttps = config.publicUrl?.startsWith('https:') ?? request.secure;
    const options = { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/p', maxAge: dayMs } as const;
    response.cookie(cookieName, device, options);
    const deviceKey = createHmac('sha256', deviceSecret).update(`${address} ${device}`).digest('base64url');
    const outcome = await recordPublicVerdict(db, { orgId, batchId, verdict, deviceKey }, clock.now());
    if (outcome !== 'recorded') return 'already';
    await services.setup.batchChanged(orgId, batchId, 'buyer', 'observation.added', verdict);
    views.forget(orgId, batchId);
    return 'recorded';
  }

  return router;
}

function securePage(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'content-security-policy': packPolicy,
    'cache-control': 'no-store',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  });
  next();
}

function sendPage(response: Response, html: string): void {
  response.type('html').send(html);
}

/** The one asked for, else the first that the browser names, else Indonesian. */
function languageOf(request: Request, asked: unknown = request.query.lang): PackLanguage {
  const { id, en, ja } = packLanguages;
  if (asked === 'id' || asked === 'en' || asked === 'ja') return packLanguages[asked];
  const accepted = request.acceptsLanguages('id', 'en', 'ja');
  return accepted === 'ja' ? ja : accepted === 'en' ? en : id;
}

function readCookie(request: Request): string | null {
  const pattern = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{22})(?:;|$)`);
  return pattern.exec(request.headers.cookie ?? '')?.[1] ?? null;
}
